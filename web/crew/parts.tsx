/** Pieces that several screens are made of. */
import { Camera, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Instant } from '#kernel/time.ts';
import { clockFace } from '#web/kit/clock.view.ts';
import { photoUrl } from './api.ts';
import { shrink } from './photo.ts';
import { spanWords, word } from './words.ts';

/** The city's time, once a second. */
export function useNow(offset: number): Instant {
  const [now, setNow] = useState(() => Date.now() + offset);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + offset), 1_000);
    return () => clearInterval(timer);
  }, [offset]);
  return now;
}

export function TimeLeft({ startedAt, dueAt, now }: { startedAt: Instant | undefined; dueAt: Instant; now: Instant }) {
  const face = clockFace({ startedAt: startedAt ?? now, dueAt, pausedSince: undefined }, now);
  const span = spanWords(face.span);
  return (
    <span className="left" data-tone={face.tone}>
      {word(face.tone === 'overdue' ? 'next.overdue' : 'next.left', { span })}
    </span>
  );
}

/** Opens the camera where there is one. The label is the button: a glove hits it. */
export function PhotoButton(props: {
  label: string;
  look: 'primary' | 'normal';
  onPhoto: (photo: Blob) => void;
  icon?: ReactNode;
}) {
  return (
    <label className={`big ${props.look} photo-button`}>
      {props.icon ?? <Camera size={26} aria-hidden="true" />}
      <span>{props.label}</span>
      <input
        type="file"
        accept="image/*"
        capture="environment"
        className="visually-hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) void shrink(file).then(props.onPhoto);
        }}
      />
    </label>
  );
}

export function Taken({ photos, onRemove }: { photos: readonly Blob[]; onRemove: (index: number) => void }) {
  if (photos.length === 0) return null;
  return (
    <ul className="photos">
      {photos.map((photo, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: photos have no name, and only ever go from the list
        <li key={index}>
          <Picture blob={photo} label={word('photo.label', { index: index + 1 })} />
          <button
            type="button"
            className="remove"
            aria-label={word('photo.remove', { index: index + 1 })}
            onClick={() => onRemove(index)}
          >
            <X size={24} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Picture({ blob, label }: { blob: Blob; label: string }) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const url = URL.createObjectURL(blob);
    if (image.current !== null) image.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [blob]);
  return <img ref={image} alt={label} />;
}

export function Photos({ keys, title }: { keys: readonly string[]; title: string }) {
  if (keys.length === 0) return null;
  return (
    <section className="kept-photos">
      <h3>{title}</h3>
      <ul className="photos">
        {keys.map((key, index) => (
          <li key={key}>
            <img src={photoUrl(key)} alt={`${title}: ${word('photo.shown', { index: index + 1 })}`} loading="lazy" />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div className="nothing">
      <h1>{title}</h1>
      <p>{hint}</p>
    </div>
  );
}
