import { photoUrl } from './api.ts';
import { useWords } from './i18n.ts';

/** What it looked like and what it looks like now, side by side. */
export function BeforeAfter({ before, after }: { before: readonly string[]; after: readonly string[] }) {
  const { t } = useWords();
  if (before.length + after.length === 0) return null;
  const list = (photos: readonly string[], words: string) =>
    photos.map((key) => (
      <figure key={key}>
        <img src={photoUrl(key)} alt={words} loading="lazy" />
        <figcaption>{words}</figcaption>
      </figure>
    ));
  return (
    <div className="before-after">
      {list(before, t('photo.before'))}
      {list(after, t('photo.after'))}
    </div>
  );
}
