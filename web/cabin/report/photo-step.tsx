import { Camera as CameraIcon, Image as ImageIcon, ScanFace, Trash2 } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useCabin } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { Action, Notice, Page, Waiting } from '../parts.tsx';
import { addPhoto, removePhoto, replacePhoto, useDraft } from './draft.ts';
import { shrink } from './photo.ts';

const Blur = lazy(() => import('./blur.tsx'));
const Camera = lazy(() => import('./camera.tsx'));

export function PhotoStep({
  progress,
  onNext,
}: {
  progress: { step: number; of: number } | undefined;
  onNext: () => void;
}) {
  const { t } = useWords();
  const { photos } = useDraft();
  const most = useCabin((state) => state.city?.limits.photosPerReport) ?? 3;
  const isKiosk = useCabin((state) => state.kiosk !== undefined);
  const [blurred, setBlurred] = useState<number>();
  const [isCamera, setCamera] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const camera = useRef<HTMLInputElement>(null);
  const album = useRef<HTMLInputElement>(null);

  async function take(files: FileList | null): Promise<void> {
    setBroken(false);
    for (const file of [...(files ?? [])].slice(0, most - photos.length))
      await shrink(file).then(addPhoto, () => setBroken(true));
    for (const input of [camera.current, album.current]) if (input) input.value = '';
  }
  const picked = { type: 'file', accept: 'image/*', hidden: true, tabIndex: -1 } as const;

  if (blurred !== undefined)
    return (
      <Page title={t('blur.title')} progress={progress}>
        <Suspense fallback={<Waiting />}>
          <Blur
            photo={photos[blurred]!.blob}
            onDone={(photo) => {
              replacePhoto(blurred, photo);
              setBlurred(undefined);
            }}
            onCancel={() => setBlurred(undefined)}
          />
        </Suspense>
      </Page>
    );
  return (
    <Page title={t('photo.title')} lead={t('photo.lead')} progress={progress}>
      {isBroken && <Notice tone="wrong">{t('photo.broken')}</Notice>}
      {isCamera && (
        <Suspense fallback={<Waiting />}>
          <Camera
            onPhoto={(photo) => {
              void shrink(photo).then(addPhoto);
              setCamera(false);
            }}
            onCancel={() => setCamera(false)}
          />
        </Suspense>
      )}
      <ul className="photos">
        {photos.map(({ url }, index) => (
          <li key={url}>
            <img src={url} alt={t('photo.alt', { number: index + 1 })} />
            <div className="actions">
              <Action onClick={() => setBlurred(index)}>
                <ScanFace aria-hidden size={24} />
                {t('photo.blur')}
              </Action>
              <Action onClick={() => removePhoto(index)}>
                <Trash2 aria-hidden size={24} />
                {t('photo.remove')}
              </Action>
            </div>
          </li>
        ))}
      </ul>
      {photos.length < most && !isCamera && (
        <div className="actions stacked">
          <Action
            look={photos.length === 0 ? 'primary' : 'normal'}
            onClick={() => (isKiosk ? setCamera(true) : camera.current?.click())}
          >
            <CameraIcon aria-hidden size={28} />
            {t(photos.length === 0 ? 'photo.take' : 'photo.another')}
          </Action>
          {!isKiosk && (
            <Action onClick={() => album.current?.click()}>
              <ImageIcon aria-hidden size={28} />
              {t('photo.choose')}
            </Action>
          )}
          <input {...picked} ref={camera} capture="environment" onChange={(event) => void take(event.target.files)} />
          <input {...picked} ref={album} multiple onChange={(event) => void take(event.target.files)} />
        </div>
      )}
      <div className="actions onward">
        <Action look={photos.length > 0 ? 'primary' : 'normal'} onClick={onNext}>
          {t(photos.length > 0 ? 'action.next' : 'photo.without')}
        </Action>
      </div>
    </Page>
  );
}
