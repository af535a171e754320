import type { CaseDetailView } from '#adapters/console/api.types.ts';
import { photoUrl } from '../api.ts';
import { useWords } from '../i18n.ts';
import { useMoment } from '../store.ts';
import { Part } from './part.tsx';

export function Photos({ detail }: { detail: CaseDetailView }) {
  const { t, when } = useWords();
  const moment = useMoment();
  if (detail.photos.length === 0) return null;
  return (
    <Part title={t('photos.title')} count={String(detail.photos.length)}>
      <ul className="photos">
        {detail.photos.map((photo) => {
          const caption = `${t(`photo.${photo.kind}`)}, ${when(photo.at, moment)}`;
          return (
            <li key={photo.key + photo.kind}>
              <a href={photoUrl(photo.key)} target="_blank" rel="noreferrer">
                <img src={photoUrl(photo.key)} alt={caption} loading="lazy" />
              </a>
              <span className="hint">{caption}</span>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
