import { ChevronDown, EllipsisVertical, LocateFixed } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { CaseDetailView } from '#adapters/console/api.types.ts';
import { Button, IconButton } from '#web/kit/button.tsx';
import { Clock, GradeMark } from '#web/kit/marks.tsx';
import { Empty, Failure, Skeleton, SkeletonLines } from '#web/kit/states.tsx';
import { offerOf } from '../actions.view.ts';
import { goLive, reloadSelection, select } from '../controller.ts';
import { useWords } from '../i18n.ts';
import { showOnMap } from '../map/show.ts';
import { PanelHead } from '../panel-head.tsx';
import { useMoment, useOps } from '../store.ts';
import { Contacts } from './contacts.tsx';
import { History } from './history.tsx';
import { ImpactList } from './impact.tsx';
import { Joined } from './joined.tsx';
import { Orders } from './orders.tsx';
import { Photos } from './photos.tsx';
import { requestAction } from './request.ts';
import { clockWords, placeWords, whoHas } from './words.ts';

const Evidence = lazy(() => import('./evidence.tsx'));

export function CasePanel({ caseId }: { caseId: string }) {
  const { t } = useWords();
  const detail = useOps((state) => state.detail);
  const error = useOps((state) => state.detailError);
  if (error && !detail) {
    if (error.status === 404) return <NotThen />;
    return (
      <>
        <PanelHead title={t('case.failed')} canClose />
        <Failure
          title={t('failure.city')}
          message={error.message}
          code={error.code}
          retry={{ label: t('common.retry'), onPress: () => void reloadSelection() }}
        />
      </>
    );
  }
  if (!detail || detail.id !== caseId) return <CaseSkeleton caseId={caseId} />;
  return <CaseBody detail={detail} />;
}

/** Rewound to before it began. */
function NotThen() {
  const { t } = useWords();
  return (
    <>
      <PanelHead title={t('case.notYet')} canClose />
      <Empty title={t('case.notYetWhat')} action={<Button onPress={goLive}>{t('time.live')}</Button>} />
    </>
  );
}

/** The queue already knows the name: it stands there at once, the rest follows. */
function CaseSkeleton({ caseId }: { caseId: string }) {
  const { t, say } = useWords();
  const known = useOps((state) => state.cases?.get(caseId));
  return (
    <>
      <PanelHead title={known ? say(known.name) : <Skeleton width={180} height={18} />} canClose />
      <SkeletonLines lines={10} label={t('common.loading')} />
    </>
  );
}

function CaseBody({ detail }: { detail: CaseDetailView }) {
  const words = useWords();
  const { t, say, when } = words;
  const moment = useMoment();
  const city = useOps((state) => state.city);
  const street = city?.areas.find(({ id }) => id === detail.street);
  return (
    <>
      <PanelHead
        title={
          <>
            <GradeMark grade={detail.grade} label={t(`grade.${detail.grade}`)} size={18} /> {say(detail.name)}
          </>
        }
        canClose
      >
        <div className="case-place">
          <span>{placeWords(words, detail)}</span>
          <IconButton label={t('case.showOnMap')} onPress={() => showOnMap(detail.place)}>
            <LocateFixed size={16} />
          </IconButton>
        </div>
        <p className="quiet">
          {street && `${say(street.name)} · `}
          <button type="button" className="inline-link" onClick={() => select({ kind: 'cell', id: detail.cell })}>
            {t('case.cell', { cell: detail.cell.replace(/^cell-/, '') })}
          </button>
        </p>
        <div className="case-clock">
          {detail.clock ? (
            <>
              <Clock clock={detail.clock} now={moment} words={clockWords(words)} />
              <span className="quiet">{t(`stage.${detail.clock.stage}`, { party: whoHas(words, detail) })}</span>
            </>
          ) : (
            <span className="quiet">
              {t(`stateLong.${detail.state}`, { when: when(detail.closedAt ?? detail.updatedAt, moment) })}
            </span>
          )}
        </div>
      </PanelHead>
      <div className="panel-body">
        <p className="lead">{say(detail.sentence)}</p>
        {detail.evidence.length > 0 && (
          <Suspense fallback={<Skeleton height={180} />}>
            <Evidence detail={detail} />
          </Suspense>
        )}
        <Deferral detail={detail} />
        <Orders detail={detail} />
        {detail.impact && <ImpactList impact={detail.impact} />}
        <Contacts detail={detail} />
        <Joined detail={detail} />
        <Photos detail={detail} />
        <History detail={detail} />
        <p className="hint reference">
          {detail.reference} · {t('case.since', { when: when(detail.openedAt, moment) })}
        </p>
      </div>
      <CaseActions detail={detail} />
    </>
  );
}

function Deferral({ detail }: { detail: CaseDetailView }) {
  const { t, when } = useWords();
  const moment = useMoment();
  if (!detail.deferral) return null;
  return (
    <section className="notice">
      <h3>{t('case.deferralAsked', { until: when(detail.deferral.requestedUntil, moment) })}</h3>
      <p>{detail.deferral.reason}</p>
      <p className="hint">{detail.deferral.by}</p>
    </section>
  );
}

/** One action in front, the other half of the decision beside it, the rest behind three dots. In the past nothing can be done. */
function CaseActions({ detail }: { detail: CaseDetailView }) {
  const { t } = useWords();
  const at = useOps((state) => state.at);
  const locating = useOps((state) => state.locating);
  const offer = offerOf({
    state: detail.state,
    actions: detail.actions,
    awaitsConfirmation: detail.awaitsConfirmation,
    isAcknowledged: detail.acknowledgedAt !== undefined && detail.acknowledgedAt !== null,
    hasDeferral: Boolean(detail.deferral),
  });
  if (at !== undefined) return <p className="panel-foot quiet">{t('case.past')}</p>;
  if (locating === detail.id) return <p className="panel-foot">{t('case.locating')}</p>;
  if (!offer.primary && offer.rest.length === 0) return null;
  return (
    <div className="panel-foot">
      {offer.primary && (
        <Button look="primary" onPress={() => requestAction(detail.id, offer.primary!)}>
          {t(`action.${offer.primary}`)}
        </Button>
      )}
      {offer.secondary && (
        <Button onPress={() => requestAction(detail.id, offer.secondary!)}>{t(`action.${offer.secondary}`)}</Button>
      )}
      {offer.rest.length > 0 && (
        <MenuTrigger>
          {offer.primary ? (
            <IconButton label={t('case.more')}>
              <EllipsisVertical size={16} />
            </IconButton>
          ) : (
            <Button>
              {t('case.more')}
              <ChevronDown size={16} aria-hidden />
            </Button>
          )}
          <Popover className="popover" placement={offer.primary ? 'top end' : 'top start'}>
            <Menu
              className="menu"
              aria-label={t('case.more')}
              onAction={(key) => requestAction(detail.id, key as (typeof offer.rest)[number])}
            >
              {offer.rest.map((action) => (
                <MenuItem className="menu-item" id={action} key={action}>
                  {t(`action.${action}`)}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
    </div>
  );
}
