/** Services at the doorstep: what there is, whether one may have it, when, and what became of it. */
import { DoorOpen, MonitorSmartphone, Store } from 'lucide-react';
import type { ServiceKind, ServiceView } from '#adapters/residents/api.types.ts';
import { go } from '../cabin.ts';
import { useWords } from '../i18n.ts';
import { CategoryIcon } from '../icons.tsx';
import { Action, Choice, Failure, Page, Waiting } from '../parts.tsx';
import { listServices, useRemote } from '../remote.ts';
import { Book } from './book.tsx';
import { Booking } from './booking.tsx';

export default function ServicePages({ page, rest }: { page: 'services' | 'bookings'; rest: readonly string[] }) {
  const { t } = useWords();
  const { value, error, reload } = useRemote('services', listServices);
  const [id, step] = rest;
  if (page === 'bookings' && id) return <Booking key={id} code={id} change={step === 'change'} />;
  if (!value)
    return <Page title={t('services.title')}>{error ? <Failure error={error} retry={reload} /> : <Waiting />}</Page>;
  const service = value.services.find((each) => each.id === id);
  if (!service) return <Catalogue services={value.services} />;
  return step === undefined ? <Detail service={service} /> : <Book service={service} step={step} />;
}

const KIND_ICON: Readonly<Record<ServiceKind, typeof Store>> = {
  'at-a-place': Store,
  'at-the-door': DoorOpen,
  'at-the-kiosk': MonitorSmartphone,
};

function Catalogue({ services }: { services: readonly ServiceView[] }) {
  const { t, say } = useWords();
  return (
    <Page title={t('services.title')} lead={t('services.lead')} wide>
      {services.length === 0 && <p className="quiet">{t('services.none')}</p>}
      <div className="choices many">
        {services.map((service) => (
          <Choice
            key={service.id}
            icon={<CategoryIcon name={service.icon} size={32} />}
            title={say(service.name)}
            detail={t(`services.kind.${service.kind}`)}
            onPress={() => go(['services', service.id])}
          />
        ))}
      </div>
    </Page>
  );
}

function Detail({ service }: { service: ServiceView }) {
  const { t, say } = useWords();
  const KindIcon = KIND_ICON[service.kind];
  return (
    <Page title={say(service.name)} lead={say(service.description)}>
      <p className="with-icon">
        <KindIcon aria-hidden size={28} />
        {t(`services.kind.${service.kind}`)}
      </p>
      <dl className="summary">
        <div>
          <dt>{t('services.price')}</dt>
          <dd>{service.price ? say(service.price) : t('services.free')}</dd>
        </div>
        <div>
          <dt>{t('services.hours')}</dt>
          <dd>{say(service.hours)}</dd>
        </div>
        <div>
          <dt>{t('services.takes')}</dt>
          <dd>{t('services.minutes', { count: service.minutes })}</dd>
        </div>
        {service.documents.length > 0 && (
          <div>
            <dt>{t('services.documents')}</dt>
            <dd>
              <ul className="plain-list">
                {service.documents.map((document) => (
                  <li key={say(document)}>{say(document)}</li>
                ))}
              </ul>
            </dd>
          </div>
        )}
        {service.places.length > 0 && (
          <div>
            <dt>{t('services.places')}</dt>
            <dd>
              <ul className="plain-list">
                {service.places.map((place) => (
                  <li key={place.id}>
                    {say(place.name)} <span className="hint">{say(place.address)}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
      </dl>
      <div className="actions onward">
        <Action
          look="primary"
          onClick={() => go(['services', service.id, service.eligibility.length > 0 ? 'may' : 'when'])}
        >
          {t('services.book')}
        </Action>
      </div>
    </Page>
  );
}
