import { useState } from 'react';
import type { CaseDetailView, WorkOrder } from '#adapters/console/api.types.ts';
import type { WorkOrderAction } from '#kernel/case.ts';
import type { Party } from '#kernel/rules.ts';
import { Button } from '#web/kit/button.tsx';
import { Clock } from '#web/kit/marks.tsx';
import { actsFor, orderClock, orderProgress, orderSteps } from '../actions.view.ts';
import { actOnOrder, notifyError } from '../controller.ts';
import { useWords } from '../i18n.ts';
import { setOps, useMoment, useOps } from '../store.ts';
import { Part } from './part.tsx';
import { clockWords } from './words.ts';

/** Who does what: each party with its task, how far it is, and its own clock. The leader stands first. */
export function Orders({ detail }: { detail: CaseDetailView }) {
  const { t, say } = useWords();
  const orders = detail.workOrders
    .filter(({ state }) => state !== 'cancelled')
    .sort((a, b) => Number(b.lead) - Number(a.lead));
  if (orders.length === 0) return null;
  const done = orders.filter(({ state }) => state === 'finished').length;
  return (
    <Part title={t('orders.title')} count={t('orders.count', { done, count: orders.length })}>
      {detail.plan && <p className="hint">{t('orders.plan', { plan: say(detail.plan.name) })}</p>}
      <ul className="orders">
        {orders.map((order) => (
          <li key={order.id}>
            <Order order={order} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Order({ order }: { order: WorkOrder }) {
  const words = useWords();
  const { t, say } = words;
  const moment = useMoment();
  const clock = orderClock(order);
  return (
    <article className="order" data-state={order.state}>
      <header>
        <strong>{say(order.partyName)}</strong>
        {order.lead && <span className="chip">{t('orders.lead')}</span>}
        {clock ? (
          <Clock clock={clock} now={moment} words={clockWords(words)} />
        ) : (
          <span className="clock">{t(`orderState.${order.state}`)}</span>
        )}
      </header>
      <p>{say(order.task)}</p>
      {order.feedback && <blockquote>{order.feedback}</blockquote>}
      <Progress order={order} />
      <OrderActions order={order} />
    </article>
  );
}

function Progress({ order }: { order: WorkOrder }) {
  const { t } = useWords();
  const progress = orderProgress(order.state);
  if (progress === undefined || progress === 4) return null;
  return (
    <p className="progress">
      <span className="steps" aria-hidden>
        {[1, 2, 3, 4].map((step) => (
          <i key={step} data-done={step <= progress || undefined} />
        ))}
      </span>
      {t(`orderState.${order.state}`)}
    </p>
  );
}

const NO_PARTIES: readonly Party[] = [];

/** Steps for the party that holds the order; everybody else only watches. */
function OrderActions({ order }: { order: WorkOrder }) {
  const { t } = useWords();
  const session = useOps((state) => state.session);
  const at = useOps((state) => state.at);
  const [isBusy, setBusy] = useState(false);
  const parties = useOps((state) => state.city?.parties ?? NO_PARTIES);
  const isMine =
    session?.permissions.includes('case.handle') === true && actsFor(session.account.party, order.party, parties);
  const steps = orderSteps(order.state);
  if (!isMine || at !== undefined || steps.length === 0) return null;
  const take = async (action: WorkOrderAction): Promise<void> => {
    if (action === 'finish' || action === 'refuse')
      return setOps({ dialog: { kind: 'order', orderId: order.id, action } });
    setBusy(true);
    await actOnOrder(order.id, action, {}).catch(notifyError);
    setBusy(false);
  };
  return (
    <div className="order-actions">
      {steps.map((action, index) => (
        <Button
          key={action}
          size="small"
          look={index === 0 ? 'normal' : 'plain'}
          isDisabled={isBusy}
          onPress={() => void take(action)}
        >
          {t(`orderAction.${action}`)}
        </Button>
      ))}
    </div>
  );
}
