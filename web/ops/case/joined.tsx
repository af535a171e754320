import { Radio, UserRound } from 'lucide-react';
import type { CaseDetailView } from '#adapters/console/api.types.ts';
import { useWords } from '../i18n.ts';
import { useMoment } from '../store.ts';
import { Part } from './part.tsx';

/** Alarms and residents' reports of the same trouble: one case, many voices, everyone answered when it closes. */
export function Joined({ detail }: { detail: CaseDetailView }) {
  const { t, say, when } = useWords();
  const moment = useMoment();
  if (detail.children.length < 2) return null;
  const alarms = detail.children.filter(({ kind }) => kind === 'finding').length;
  const reports = detail.children.length - alarms;
  const count = [
    alarms > 0 && t('joined.alarms', { count: alarms }),
    reports > 0 && t('joined.reports', { count: reports }),
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <Part title={t('joined.title')} count={count} isOpen={detail.children.length <= 6}>
      <ul className="joined">
        {detail.children.map((child) => (
          <li key={child.id}>
            {child.kind === 'finding' ? <Radio size={16} aria-hidden /> : <UserRound size={16} aria-hidden />}
            <span>
              {say(child.sentence)}
              {child.clearedAt ? (
                <span className="hint"> {t('joined.cleared', { when: when(child.clearedAt, moment) })}</span>
              ) : null}
            </span>
            <time>{when(child.at, moment)}</time>
          </li>
        ))}
      </ul>
    </Part>
  );
}
