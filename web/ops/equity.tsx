import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { EquityView } from '#adapters/console/api.types.ts';
import { Empty, Failure, SkeletonLines } from '#web/kit/states.tsx';
import { ApiError, getEquity } from './api.ts';
import './equity.css';
import { drawEquity, inReadingOrder, MARGIN } from './equity.view.ts';
import { useWords } from './i18n.ts';
import './people.css';
import { useOps } from './store.ts';

const SPANS = [30, 90, 365] as const;

/** Who is heard and who is not: an invitation to go and look, not a table of the best and worst. */
export default function Equity() {
  const { t } = useWords();
  const isAllowed = useOps((state) => state.session?.permissions.includes('equity.read'));
  const [days, setDays] = useState<number>(90);
  const [view, setView] = useState<EquityView>();
  const [error, setError] = useState<ApiError>();
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when `tries` grows
  useEffect(() => {
    if (!isAllowed) return;
    getEquity(days).then(
      (next) => {
        setView(next);
        setError(undefined);
      },
      (cause) => setError(cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined)),
    );
  }, [days, isAllowed, tries]);
  return (
    <main className="people equity">
      <a href="/ops/" className="back">
        <ArrowLeft size={16} aria-hidden /> {t('people.back')}
      </a>
      <h1>{t('equity.title')}</h1>
      {!isAllowed && <Empty title={t('failure.forbidden')}>{t('failure.forbiddenWhat')}</Empty>}
      {isAllowed && (
        <>
          <p className="lead">{t('equity.lead')}</p>
          <fieldset className="choice">
            <legend className="visually-hidden">{t('equity.span')}</legend>
            {SPANS.map((span) => (
              <label key={span}>
                <input type="radio" name="span" checked={span === days} onChange={() => setDays(span)} />
                {t('equity.days', { count: span })}
              </label>
            ))}
          </fieldset>
          {error && (
            <Failure
              title={t('failure.city')}
              message={error.message}
              code={error.code}
              retry={{ label: t('common.retry'), onPress: () => setTries(tries + 1) }}
            />
          )}
          {!view && !error && <SkeletonLines lines={10} label={t('common.loading')} />}
          {view && <Findings view={view} />}
        </>
      )}
    </main>
  );
}

function Findings({ view }: { view: EquityView }) {
  const { t, say, language } = useWords();
  const rows = inReadingOrder(view.communities, ({ name }) => say(name), language);
  const quiet = rows.filter(({ isQuiet }) => isQuiet);
  const names = quiet.map(({ name }) => say(name)).join(t('common.comma'));
  const headline =
    quiet.length > 0
      ? t('equity.found', { count: quiet.length, names })
      : t(view.noticed == null ? 'equity.tooLittle' : 'equity.none');
  const figure = (value: number | null | undefined, digits: number): string =>
    value == null
      ? t('equity.few', { count: view.smallestCount })
      : value.toLocaleString(language, { maximumFractionDigits: digits });
  return (
    <>
      <section>
        <h2>{headline}</h2>
        {quiet.length > 0 && <p className="quiet">{t('equity.what')}</p>}
        {view.noticed != null && <Chart view={view} />}
      </section>
      <section>
        <h2>{t('equity.table')}</h2>
        <table>
          <thead>
            <tr>
              <th>{t('equity.community')}</th>
              <th className="num">{t('equity.residents')}</th>
              <th className="num">{t('equity.told')}</th>
              <th className="num">{t('equity.perThousand')}</th>
              <th className="num">{t('equity.noticed')}</th>
              <th className="num">{t('equity.expected')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} data-quiet={row.isQuiet || undefined}>
                <th scope="row">
                  {say(row.name)} {row.isQuiet && <span className="look">{t('equity.look')}</span>}
                </th>
                <td className="num">{figure(row.residents, 0)}</td>
                <td className="num">{figure(row.told, 0)}</td>
                <td className="num">{row.toldPerThousand == null ? '–' : figure(row.toldPerThousand, 1)}</td>
                <td className="num">{figure(row.noticed, 0)}</td>
                <td className="num">{figure(row.expected, 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="hint">{t('equity.how', { count: view.smallestCount })}</p>
      </section>
    </>
  );
}

const [WIDTH, HEIGHT] = [900, 380];

/** What was found without residents to the right, what residents told upwards; those far under the line are worth a visit. */
function Chart({ view }: { view: EquityView }) {
  const { t, say } = useWords();
  const picture = drawEquity(view, WIDTH, HEIGHT);
  const names = new Map(view.communities.map(({ id, name }) => [id, say(name)]));
  const [left, bottom] = [MARGIN.left, HEIGHT - MARGIN.bottom];
  return (
    <svg className="equity-chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('equity.chart')}>
      {picture.ticksY.map(({ at, label }) => (
        <g key={label}>
          <line x1={left} x2={WIDTH - MARGIN.right} y1={at} y2={at} className="grid" />
          <text x={left - 8} y={at + 4} textAnchor="end">
            {label}
          </text>
        </g>
      ))}
      {picture.ticksX.map(({ at, label }) => (
        <text key={label} x={at} y={bottom + 16} textAnchor="middle">
          {label}
        </text>
      ))}
      <text x={WIDTH - MARGIN.right} y={HEIGHT - 4} textAnchor="end">
        {t('equity.axisX')}
      </text>
      <text x={left} y={MARGIN.top - 12}>
        {t('equity.axisY')}
      </text>
      {picture.line && <line x1={left} y1={bottom} x2={picture.line.x} y2={picture.line.y} className="usual" />}
      {picture.line && (
        <text
          x={picture.line.x - 8}
          y={Math.max(MARGIN.top + 12, picture.line.y - 10)}
          textAnchor="end"
          className="usual"
        >
          {t('equity.usual')}
        </text>
      )}
      {picture.dots.map(({ id, x, y, isQuiet, nameY }) => (
        <g key={id} data-quiet={isQuiet || undefined}>
          <circle cx={x} cy={y} r={isQuiet ? 6 : 4}>
            <title>{names.get(id)}</title>
          </circle>
          {isQuiet && (
            <text x={x > WIDTH - 160 ? x - 10 : x + 10} y={nameY} textAnchor={x > WIDTH - 160 ? 'end' : 'start'}>
              {names.get(id)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
