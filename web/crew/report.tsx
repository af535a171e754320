/** A patrol report in two taps: what it is, which opens the camera; and it is sent. */
import {
  Construction,
  DoorClosed,
  Droplets,
  Flag,
  Hammer,
  HeartHandshake,
  House,
  Leaf,
  type LucideIcon,
  Trash2,
  Trees,
  Volume2,
} from 'lucide-react';
import { write } from './controller.ts';
import { PhotoButton } from './parts.tsx';
import { useCrew } from './state.ts';
import { pick, word } from './words.ts';

/** Pictures for the names that a pack may use; another name gets a flag. */
const ICONS: Readonly<Record<string, LucideIcon>> = {
  construction: Construction,
  'door-closed': DoorClosed,
  droplets: Droplets,
  hammer: Hammer,
  'heart-handshake': HeartHandshake,
  house: House,
  leaf: Leaf,
  'trash-2': Trash2,
  trees: Trees,
  'volume-2': Volume2,
};

export function ReportScreen() {
  const categories = useCrew((state) => state.day?.ground?.categories) ?? [];
  const fix = useCrew((state) => state.fix);
  return (
    <>
      <h1>{word('patrol.title')}</h1>
      <p className="quiet">{word(categories.length === 0 ? 'patrol.none' : 'patrol.hint')}</p>
      {fix === undefined && categories.length > 0 && (
        <p className="missing" role="status">
          {word('patrol.noPlace')}
        </p>
      )}
      <div className="categories">
        {fix !== undefined &&
          categories.map(({ code, name, icon }) => {
            const Icon = ICONS[icon] ?? Flag;
            return (
              <PhotoButton
                key={code}
                look="normal"
                label={pick(name)}
                icon={<Icon size={32} aria-hidden="true" />}
                onPhoto={(photo) =>
                  void write(
                    { kind: 'patrol', target: code, title: name, photos: [photo] },
                    word('patrol.sent', { name: pick(name) }),
                  )
                }
              />
            );
          })}
      </div>
    </>
  );
}
