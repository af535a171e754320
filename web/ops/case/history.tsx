import { useMemo, useState } from 'react';
import type { CaseDetailView } from '#adapters/console/api.types.ts';
import type { Grade, Level, Localized } from '#kernel/words.ts';
import { Button } from '#web/kit/button.tsx';
import { type HistoryLine, historyOf } from '../history.view.ts';
import { useWords } from '../i18n.ts';
import { useMoment } from '../store.ts';
import { Part } from './part.tsx';

const SHORT = 8;

/** What happened, newest first, as the ledger has it. */
export function History({ detail }: { detail: CaseDetailView }) {
  const { t } = useWords();
  const [isWhole, setWhole] = useState(false);
  const lines = useMemo(
    () => historyOf(detail.events, (orderId) => detail.workOrders.find(({ id }) => id === orderId)?.partyName),
    [detail],
  );
  const shown = isWhole ? lines : lines.slice(0, SHORT);
  return (
    <Part title={t('history.title')}>
      <ol className="history">
        {shown.map((line) => (
          <Line key={line.sequence} line={line} />
        ))}
      </ol>
      {lines.length > SHORT && !isWhole && (
        <Button size="small" look="plain" onPress={() => setWhole(true)}>
          {t('history.more', { count: lines.length - SHORT })}
        </Button>
      )}
    </Part>
  );
}

function Line({ line }: { line: HistoryLine }) {
  const { t, say, when } = useWords();
  const moment = useMoment();
  const values: Record<string, string> = { who: line.isSystem ? t('history.city') : line.who };
  for (const [name, value] of Object.entries(line.values)) {
    if (name === 'grade') values.grade = t(`grade.${value as Grade}`);
    else if (name === 'level') values.level = t(`level.${value as Level}`);
    else if (name === 'until') values.until = when(value as number, moment);
    else values[name] = typeof value === 'object' ? say(value as Localized) : String(value);
  }
  const quote = typeof line.quote === 'object' ? say(line.quote) : line.quote;
  return (
    <li data-milestone={line.isMilestone || undefined}>
      <time>{when(line.at, moment)}</time>
      <div>
        <p>{t(line.key, values)}</p>
        {quote && <p className="quote">{quote}</p>}
        {!line.isSystem && <p className="hint">{line.who}</p>}
      </div>
    </li>
  );
}
