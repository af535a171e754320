import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';

export interface ButtonProps extends Omit<AriaButtonProps, 'className'> {
  readonly look?: 'primary' | 'normal' | 'plain';
  readonly size?: 'small' | 'normal' | 'large';
}

export function Button({ look = 'normal', size = 'normal', ...rest }: ButtonProps) {
  return <AriaButton {...rest} className={`button ${look} ${size}`} />;
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  readonly label: string;
  readonly shortcut?: string;
  readonly children: ReactNode;
}

/** An icon is never alone: the label is its name and, on hover or focus, its tooltip. */
export function IconButton({ label, shortcut, children, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={50}>
      <AriaButton {...rest} aria-label={label} className="icon-button">
        {children}
      </AriaButton>
      <Tip>
        {label}
        {shortcut && <kbd>{shortcut}</kbd>}
      </Tip>
    </TooltipTrigger>
  );
}

export function Tip({ children }: { children: ReactNode }) {
  return (
    <Tooltip className="tooltip" offset={6}>
      {children}
    </Tooltip>
  );
}
