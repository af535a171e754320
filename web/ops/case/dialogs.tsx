import { ImagePlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { CaseAction } from '#kernel/case.ts';
import { MINUTE } from '#kernel/time.ts';
import { GRADES } from '#kernel/words.ts';
import { Button } from '#web/kit/button.tsx';
import { offsetMinutes } from '#web/kit/time.view.ts';
import { ASKS, type Ask } from '../actions.view.ts';
import { ApiError, storePhoto } from '../api.ts';
import { act, actOnOrder } from '../controller.ts';
import { useWords } from '../i18n.ts';
import { type DialogRequest, getOps, setOps, useOps } from '../store.ts';

/** What a form has gathered so far; each action's own field names are the API's. */
type Draft = Record<string, unknown> & { photos?: string[] };

export function ActionDialogs() {
  const dialog = useOps((state) => state.dialog);
  const isOpen = dialog !== undefined && dialog.kind !== 'help';
  const close = (): void => setOps({ dialog: undefined });
  return (
    <ModalOverlay className="modal-overlay" isOpen={isOpen} onOpenChange={(open) => !open && close()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          {dialog && dialog.kind !== 'help' ? <ActionForm request={dialog} close={close} /> : null}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

type Asked = Exclude<DialogRequest, { kind: 'help' }>;

function asksOf(request: Asked): readonly Ask[] {
  if (request.kind === 'action') return ASKS[request.action] ?? [];
  const order = getOps().detail?.workOrders.find(({ id }) => id === request.orderId);
  return request.action === 'refuse' ? ['reason'] : order?.needsPhoto ? ['feedback?', 'photos'] : ['feedback?'];
}

function ActionForm({ request, close }: { request: Asked; close: () => void }) {
  const { t } = useWords();
  const [draft, setDraft] = useState<Draft>({});
  const [error, setError] = useState<ApiError>();
  const [isBusy, setBusy] = useState(false);
  const words = request.kind === 'action' ? `action.${request.action}` : `orderAction.${request.action}`;
  const put = (change: Draft): void => setDraft({ ...draft, ...change });

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      if (request.kind === 'action') await act(request.caseId, request.action, draft);
      else await actOnOrder(request.orderId, request.action, { feedback: t('orders.done'), ...draft });
      close();
    } catch (cause) {
      setBusy(false);
      setError(cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined));
    }
  };

  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <Heading slot="title">{t(words)}</Heading>
      <p className="quiet">{t(request.kind === 'action' ? `ask.${request.action}` : `orderAsk.${request.action}`)}</p>
      {asksOf(request).map((ask) => (
        <Question key={ask} ask={ask} draft={draft} put={put} action={request.action} />
      ))}
      {error && (
        <p className="field-error" role="alert">
          {error.code === 'network.lost' ? t('failure.network') : error.message}{' '}
          <span className="hint">{error.code}</span>
        </p>
      )}
      <div className="footer">
        <Button onPress={close}>{t('common.cancel')}</Button>
        <Button look="primary" type="submit" isDisabled={isBusy}>
          {t(words)}
        </Button>
      </div>
    </form>
  );
}

interface QuestionProps {
  readonly ask: Ask;
  readonly draft: Draft;
  readonly put: (change: Draft) => void;
  readonly action: CaseAction | 'finish' | 'refuse';
}

function Question({ ask, draft, put, action }: QuestionProps) {
  switch (ask) {
    case 'party':
      return <PartyQuestion put={put} />;
    case 'until':
      return <UntilQuestion put={put} />;
    case 'grade':
      return <GradeQuestion draft={draft} put={put} />;
    case 'merge':
      return <MergeQuestion put={put} />;
    case 'photos':
      return <PhotoQuestion draft={draft} put={put} />;
    case 'pipe':
      return null;
    default:
      return <TextQuestion ask={ask} put={put} action={action} />;
  }
}

function TextQuestion({ ask, put, action }: Pick<QuestionProps, 'put' | 'action'> & { ask: string }) {
  const { t } = useWords();
  const name = ask.replace('?', '');
  const isOptional = ask.endsWith('?');
  const presets =
    action === 'dismiss'
      ? ['preset.sensorFault', 'preset.works', 'preset.notOurs']
      : action === 'pause'
        ? ['preset.weather', 'preset.parts', 'preset.access']
        : [];
  const [value, setValue] = useState('');
  const change = (next: string): void => {
    setValue(next);
    put({ [name]: next || undefined });
  };
  return (
    <div className="field">
      <label htmlFor={`ask-${name}`}>
        {t(`field.${name}`)}
        {isOptional && <span className="hint"> {t('field.optional')}</span>}
      </label>
      {presets.length > 0 && (
        <div className="chips">
          {presets.map((preset) => (
            <button type="button" className="chip" key={preset} onClick={() => change(t(preset))}>
              {t(preset)}
            </button>
          ))}
        </div>
      )}
      <textarea
        id={`ask-${name}`}
        className="input"
        required={!isOptional}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
    </div>
  );
}

/** Parties of the roles that may handle this class, the library's first choice first; the rest below, because the city may know better. */
function PartyQuestion({ put }: Pick<QuestionProps, 'put'>) {
  const { t, say } = useWords();
  const city = useOps((state) => state.city);
  const detail = useOps((state) => state.detail);
  const roles = city?.caseClasses.find(({ code }) => code === detail?.caseClass)?.handledBy ?? [];
  const rank = (held: readonly string[]): number => {
    const best = held.map((role) => roles.indexOf(role)).filter((index) => index >= 0);
    return best.length > 0 ? Math.min(...best) : Infinity;
  };
  const parties = [...(city?.parties ?? [])]
    .filter(({ kind }) => kind !== 'crew')
    .sort((a, b) => rank(a.roles) - rank(b.roles));
  const fitting = parties.filter(({ roles: held }) => rank(held) < Infinity);
  const others = parties.filter(({ roles: held }) => rank(held) === Infinity);
  return (
    <div className="field">
      <label htmlFor="ask-party">{t('field.party')}</label>
      <select
        id="ask-party"
        className="input"
        required
        defaultValue=""
        onChange={(event) => put({ party: event.target.value || undefined })}
      >
        <option value="" disabled>
          {t('field.choose')}
        </option>
        <optgroup label={t('field.partyFitting')}>
          {fitting.map((party) => (
            <option key={party.id} value={party.id}>
              {say(party.name)}
            </option>
          ))}
        </optgroup>
        <optgroup label={t('field.partyOthers')}>
          {others.map((party) => (
            <option key={party.id} value={party.id}>
              {say(party.name)}
            </option>
          ))}
        </optgroup>
      </select>
    </div>
  );
}

/** Local time of the city, whatever zone the browser sits in. */
function UntilQuestion({ put }: Pick<QuestionProps, 'put'>) {
  const { t, zone } = useWords();
  const change = (value: string): void => {
    const asUtc = Date.parse(`${value}Z`);
    put({ until: Number.isNaN(asUtc) ? undefined : asUtc - offsetMinutes(asUtc, zone) * MINUTE });
  };
  return (
    <div className="field">
      <label htmlFor="ask-until">{t('field.until')}</label>
      <input
        id="ask-until"
        className="input"
        type="datetime-local"
        required
        onChange={(event) => change(event.target.value)}
      />
    </div>
  );
}

function GradeQuestion({ draft, put }: Pick<QuestionProps, 'draft' | 'put'>) {
  const { t } = useWords();
  return (
    <fieldset className="field choice">
      <legend className="label">{t('field.grade')}</legend>
      {[...GRADES].reverse().map((grade) => (
        <label key={grade}>
          <input type="radio" name="grade" required checked={draft.grade === grade} onChange={() => put({ grade })} />
          {t(`grade.${grade}`)}
        </label>
      ))}
    </fieldset>
  );
}

function MergeQuestion({ put }: Pick<QuestionProps, 'put'>) {
  const { t, say } = useWords();
  const cases = useOps((state) => state.cases);
  const detail = useOps((state) => state.detail);
  const near = [...(cases?.values() ?? [])]
    .filter(({ id, state }) => id !== detail?.id && state !== 'closed' && state !== 'dismissed' && state !== 'merged')
    .map((entry) => ({
      entry,
      away: detail ? (entry.place[0] - detail.place[0]) ** 2 + (entry.place[1] - detail.place[1]) ** 2 : 0,
    }))
    .sort((a, b) => a.away - b.away)
    .slice(0, 30);
  return (
    <div className="field">
      <label htmlFor="ask-merge">{t('field.merge')}</label>
      <select
        id="ask-merge"
        className="input"
        required
        defaultValue=""
        onChange={(event) => put({ into: event.target.value || undefined })}
      >
        <option value="" disabled>
          {t('field.choose')}
        </option>
        {near.map(({ entry }) => (
          <option key={entry.id} value={entry.id}>
            {say(entry.name)} · {say(entry.address)} · {entry.reference}
          </option>
        ))}
      </select>
    </div>
  );
}

function PhotoQuestion({ draft, put }: Pick<QuestionProps, 'draft' | 'put'>) {
  const { t } = useWords();
  const [error, setError] = useState<string>();
  const count = draft.photos?.length ?? 0;
  const add = async (files: FileList | null): Promise<void> => {
    setError(undefined);
    try {
      const keys = await Promise.all([...(files ?? [])].map((file) => storePhoto(file).then(({ key }) => key)));
      put({ photos: [...(draft.photos ?? []), ...keys] });
    } catch (cause) {
      setError(cause instanceof ApiError ? `${cause.message} (${cause.code})` : String(cause));
    }
  };
  return (
    <div className="field">
      <label className="photo-field">
        <ImagePlus size={20} aria-hidden />
        <span>{count > 0 ? t('field.photosCount', { count }) : t('field.photos')}</span>
        <input
          type="file"
          accept="image/*"
          multiple
          required={count === 0}
          onChange={(event) => void add(event.target.files)}
        />
      </label>
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
