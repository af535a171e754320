/** A kiosk has a camera but no files: its picture is taken in the page. */
import { Camera as CameraIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n.ts';
import { Action, Notice } from '../parts.tsx';
import { toJpeg } from './photo.ts';

export default function Camera({ onPhoto, onCancel }: { onPhoto: (photo: Blob) => void; onCancel: () => void }) {
  const { t } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isGone = false;
    const opening = navigator.mediaDevices?.getUserMedia({ video: { width: 1920 }, audio: false });
    (opening ?? Promise.reject(new Error('no camera'))).then(
      (opened) => {
        stream = opened;
        if (isGone) return stopAll(opened);
        if (video.current) video.current.srcObject = opened;
      },
      () => setMissing(true),
    );
    return () => {
      isGone = true;
      if (stream) stopAll(stream);
    };
  }, []);

  async function take(): Promise<void> {
    const seen = video.current!;
    const canvas = document.createElement('canvas');
    canvas.width = seen.videoWidth;
    canvas.height = seen.videoHeight;
    canvas.getContext('2d')!.drawImage(seen, 0, 0);
    onPhoto(await toJpeg(canvas));
  }

  if (isMissing)
    return (
      <Notice>
        <p>{t('photo.noCamera')}</p>
        <Action onClick={onCancel}>{t('action.close')}</Action>
      </Notice>
    );
  return (
    <div className="camera">
      <video ref={video} autoPlay playsInline muted />
      <div className="actions">
        <Action look="primary" onClick={() => void take()}>
          <CameraIcon aria-hidden size={24} />
          {t('photo.snap')}
        </Action>
        <Action onClick={onCancel}>{t('action.cancel')}</Action>
      </div>
    </div>
  );
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
