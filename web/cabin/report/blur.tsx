/** Faces and number plates out of the picture by hand: with a finger or mouse, or with the arrow keys and Enter. */
import { Minus, Plus, Undo2 } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { announce } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action } from '../parts.tsx';
import { pixelate, toJpeg } from './photo.ts';

const STEP = 0.03;
const SIZES = [0.08, 0.14, 0.22, 0.34];

export default function Blur({
  photo,
  onDone,
  onCancel,
}: {
  photo: Blob;
  onDone: (photo: Blob) => void;
  onCancel: () => void;
}) {
  const { t } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const original = useRef<ImageBitmap>(undefined);
  const [at, setAt] = useState({ x: 0.5, y: 0.4 });
  const [size, setSize] = useState(1);
  const [isTouched, setTouched] = useState(false);
  const isDown = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: one photo per opening
  useEffect(() => {
    void createImageBitmap(photo).then((image) => {
      original.current = image;
      restore();
    });
    return () => original.current?.close();
  }, [photo]);

  function restore(): void {
    const image = original.current;
    if (!image || !canvas.current) return;
    canvas.current.width = image.width;
    canvas.current.height = image.height;
    canvas.current.getContext('2d')!.drawImage(image, 0, 0);
    setTouched(false);
  }

  const blurAt = ({ x, y }: { x: number; y: number }) => {
    const drawn = canvas.current!;
    const side = Math.round(SIZES[size]! * Math.max(drawn.width, drawn.height));
    pixelate(drawn, { x: x * drawn.width, y: y * drawn.height }, side);
    setTouched(true);
  };

  const follow = (event: PointerEvent<HTMLElement>) => {
    const box = canvas.current!.getBoundingClientRect();
    const point = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    setAt(point);
    if (isDown.current) blurAt(point);
  };

  const press = (event: KeyboardEvent<HTMLElement>) => {
    const move: Record<string, readonly [number, number]> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    const by = move[event.key];
    if (by) setAt(({ x, y }) => ({ x: clamp(x + by[0]), y: clamp(y + by[1]) }));
    else if (event.key === 'Enter' || event.key === ' ') {
      blurAt(at);
      announce(t('blur.done'));
    } else if (event.key === '+') resize(1);
    else if (event.key === '-') resize(-1);
    else return;
    event.preventDefault();
  };
  const resize = (by: number) => setSize((now) => Math.min(SIZES.length - 1, Math.max(0, now + by)));

  return (
    <div className="blur">
      <p className="hint" id="blur-hint">
        {t('blur.hint')}
      </p>
      <div
        className="blur-surface"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is painted on with the keyboard too
        tabIndex={0}
        aria-label={t('blur.surface')}
        aria-describedby="blur-hint"
        onKeyDown={press}
        onPointerDown={(event) => {
          isDown.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          follow(event);
        }}
        onPointerMove={follow}
        onPointerUp={() => {
          isDown.current = false;
        }}
      >
        <canvas ref={canvas} />
        <span
          className="blur-box"
          style={{ left: `${at.x * 100}%`, top: `${at.y * 100}%`, width: `${SIZES[size]! * 100}%` }}
        />
      </div>
      <div className="actions">
        <Action onClick={() => resize(-1)} aria-label={t('blur.smaller')}>
          <Minus aria-hidden size={24} />
        </Action>
        <Action onClick={() => resize(1)} aria-label={t('blur.larger')}>
          <Plus aria-hidden size={24} />
        </Action>
        <Action onClick={restore} disabled={!isTouched}>
          <Undo2 aria-hidden size={24} />
          {t('blur.undo')}
        </Action>
      </div>
      <div className="actions">
        <Action look="primary" onClick={() => void toJpeg(canvas.current!).then(onDone)}>
          {t('blur.keep')}
        </Action>
        <Action onClick={onCancel}>{t('action.cancel')}</Action>
      </div>
    </div>
  );
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));
