import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';

/** A part of the case that can be folded away; its title says what it holds. */
export function Part({
  title,
  count,
  isOpen = true,
  children,
}: {
  title: string;
  count?: string | undefined;
  isOpen?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(isOpen);
  return (
    <section className="part">
      <h3>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <ChevronDown size={16} aria-hidden />
          {title}
          {count && <span className="quiet">{count}</span>}
        </button>
      </h3>
      {open && children}
    </section>
  );
}
