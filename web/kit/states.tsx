import type { ReactNode } from 'react';
import { Button } from './button.tsx';

/** Grey where words will be: the shape of what is coming, never a blank. */
export function Skeleton({ width = '100%', height = 12 }: { width?: string | number; height?: number }) {
  return <div className="skeleton" style={{ width, height }} aria-hidden="true" />;
}

export function SkeletonLines({ lines, label }: { lines: number; label: string }) {
  return (
    <div role="status" aria-label={label} style={{ display: 'grid', gap: 10, padding: 16 }}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never move
        <Skeleton key={line} width={['72%', '94%', '58%'][line % 3]!} />
      ))}
    </div>
  );
}

export function Empty(props: { icon?: ReactNode; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      {props.icon}
      <h3>{props.title}</h3>
      {props.children && <p>{props.children}</p>}
      {props.action}
    </div>
  );
}

/** What went wrong, its code for whoever is asked for help, and the one thing to do about it. */
export function Failure(props: {
  title: string;
  message: string;
  code: string;
  retry?: { label: string; onPress: () => void };
}) {
  return (
    <div className="empty" role="alert">
      <h3>{props.title}</h3>
      <p>{props.message}</p>
      <p className="hint">{props.code}</p>
      {props.retry && <Button onPress={props.retry.onPress}>{props.retry.label}</Button>}
    </div>
  );
}
