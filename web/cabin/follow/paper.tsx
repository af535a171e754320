/**
 * A receipt on paper, 80 mm wide and as long as it needs: laid out beside the screen at its printed width, so that its length is known
 * before the printer asks, and the only thing on the sheet when it is printed.
 */
import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

const PIXELS_PER_MM = 96 / 25.4;
const WIDTH_MM = 80;
const MARGIN_MM = 4;

export function Paper({ children }: { children: ReactNode }) {
  const paper = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const style = document.createElement('style');
    const measure = () => {
      const height = Math.ceil(paper.current!.scrollHeight / PIXELS_PER_MM) + 2 * MARGIN_MM + 2;
      style.textContent = `@page { size: ${WIDTH_MM}mm ${height}mm; margin: ${MARGIN_MM}mm }`;
    };
    measure();
    document.head.append(style);
    void document.fonts?.ready.then(() => paper.current && measure());
    return () => style.remove();
  });
  return createPortal(
    <div ref={paper} className="paper" aria-hidden="true" data-unspoken>
      {children}
    </div>,
    document.body,
  );
}
