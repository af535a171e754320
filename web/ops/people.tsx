import { ArrowLeft } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { AccountView, KeyView } from '#adapters/console/api.types.ts';
import { ROLES } from '#kernel/roles.ts';
import { Button } from '#web/kit/button.tsx';
import { Empty, Failure, SkeletonLines } from '#web/kit/states.tsx';
import { ApiError, changeAccount, createAccount, createKey, listAccounts, listKeys, revokeKey } from './api.ts';
import { notifyError } from './controller.ts';
import { useWords } from './i18n.ts';
import './people.css';
import { useNow, useOps } from './store.ts';

/** Who may do what: accounts of people, keys of devices and integrations. Secrets are shown once. */
export default function People() {
  const { t } = useWords();
  const isAllowed = useOps((state) => state.session?.permissions.includes('people.manage'));
  return (
    <main className="people">
      <a href="/ops/" className="back">
        <ArrowLeft size={16} aria-hidden /> {t('people.back')}
      </a>
      <h1>{t('people.title')}</h1>
      {isAllowed ? (
        <>
          <Accounts />
          <Keys />
        </>
      ) : (
        <Empty title={t('failure.forbidden')}>{t('people.forbidden')}</Empty>
      )}
    </main>
  );
}

function useList<Item>(load: () => Promise<Item[]>): {
  items: Item[] | undefined;
  error: ApiError | undefined;
  again: () => void;
} {
  const [items, setItems] = useState<Item[]>();
  const [error, setError] = useState<ApiError>();
  const again = (): void => {
    load().then(
      (next) => {
        setItems(next);
        setError(undefined);
      },
      (cause) => setError(cause instanceof ApiError ? cause : new ApiError(0, 'page.defect', String(cause), undefined)),
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, and when asked again
  useEffect(again, []);
  return { items, error, again };
}

function Accounts() {
  const { t, say, when } = useWords();
  const now = useNow();
  const city = useOps((state) => state.city);
  const { items, error, again } = useList<AccountView>(() => listAccounts().then(({ accounts }) => accounts));
  const [isAdding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const partyName = (id: string | undefined): string => say(city?.parties.find((party) => party.id === id)?.name);
  const toggle = async (account: AccountView): Promise<void> => {
    await changeAccount(account.id, { disabled: !account.disabled }).catch(notifyError);
    again();
  };
  return (
    <section>
      <header>
        <h2>{t('people.accounts')}</h2>
        <Button onPress={() => setAdding(true)}>{t('people.addAccount')}</Button>
      </header>
      {error && (
        <Failure
          title={t('failure.city')}
          message={error.message}
          code={error.code}
          retry={{ label: t('common.retry'), onPress: again }}
        />
      )}
      {!items && !error && <SkeletonLines lines={6} label={t('common.loading')} />}
      {items && (
        <table>
          <thead>
            <tr>
              <th>{t('people.name')}</th>
              <th>{t('people.roles')}</th>
              <th>{t('people.party')}</th>
              <th>{t('people.lastSeen')}</th>
              <th>
                <span className="visually-hidden">{t('people.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((account) => (
              <tr key={account.id} data-off={account.disabled || undefined}>
                <th scope="row">
                  {account.displayName} <span className="hint">{account.name}</span>
                </th>
                <td>{account.roles.map((role) => t(`role.${role}`)).join(t('common.comma'))}</td>
                <td>{partyName(account.party)}</td>
                <td>{account.lastSignInAt ? when(account.lastSignInAt, now) : t('people.never')}</td>
                <td>
                  <Button size="small" look="plain" onPress={() => void toggle(account)}>
                    {t(account.disabled ? 'people.enable' : 'people.disable')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <AddAccount
        isOpen={isAdding}
        close={() => setAdding(false)}
        done={(password) => {
          setAdding(false);
          setSecret(password);
          again();
        }}
      />
      <Secret secret={secret} what={t('people.password')} close={() => setSecret(undefined)} />
    </section>
  );
}

function AddAccount({ isOpen, close, done }: { isOpen: boolean; close: () => void; done: (password: string) => void }) {
  const { t, say } = useWords();
  const city = useOps((state) => state.city);
  const [error, setError] = useState<ApiError>();
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = (name: string): string => String(form.get(name) ?? '');
    try {
      const made = await createAccount({
        name: given('name'),
        displayName: given('displayName'),
        roles: [given('role')],
        party: given('party') || undefined,
      });
      done(made.password);
    } catch (cause) {
      setError(cause instanceof ApiError ? cause : undefined);
    }
  };
  return (
    <ModalOverlay className="modal-overlay" isOpen={isOpen} onOpenChange={(open) => !open && close()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{t('people.addAccount')}</Heading>
          <form className="dialog-form" onSubmit={(event) => void submit(event)}>
            <TextField name="displayName" label={t('people.displayName')} />
            <TextField name="name" label={t('signIn.name')} />
            <RoleField />
            <div className="field">
              <label htmlFor="people-party">{t('people.party')}</label>
              <select className="input" id="people-party" name="party">
                <option value="">{t('people.noParty')}</option>
                {city?.parties.map((party) => (
                  <option key={party.id} value={party.id}>
                    {say(party.name)}
                  </option>
                ))}
              </select>
            </div>
            <FormEnd error={error} close={close} label={t('people.addAccount')} />
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Keys() {
  const { t, when } = useWords();
  const now = useNow();
  const { items, error, again } = useList<KeyView>(() => listKeys().then(({ keys }) => keys));
  const [isAdding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string>();
  const [failure, setFailure] = useState<ApiError>();
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      const made = await createKey(String(form.get('name')), String(form.get('role')));
      setAdding(false);
      setSecret(made.key);
      again();
    } catch (cause) {
      setFailure(cause instanceof ApiError ? cause : undefined);
    }
  };
  const revoke = async (key: KeyView): Promise<void> => {
    await revokeKey(key.id).catch(notifyError);
    again();
  };
  return (
    <section>
      <header>
        <h2>{t('people.keys')}</h2>
        <Button onPress={() => setAdding(true)}>{t('people.addKey')}</Button>
      </header>
      {error && (
        <Failure
          title={t('failure.city')}
          message={error.message}
          code={error.code}
          retry={{ label: t('common.retry'), onPress: again }}
        />
      )}
      {items?.length === 0 && <Empty title={t('people.noKeys')} />}
      {items && items.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>{t('people.name')}</th>
              <th>{t('people.roles')}</th>
              <th>{t('people.created')}</th>
              <th>{t('people.lastUsed')}</th>
              <th>
                <span className="visually-hidden">{t('people.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((key) => (
              <tr key={key.id}>
                <th scope="row">{key.name}</th>
                <td>{t(`role.${key.role}`)}</td>
                <td>{when(key.createdAt, now)}</td>
                <td>{key.lastUsedAt ? when(key.lastUsedAt, now) : t('people.never')}</td>
                <td>
                  <Button size="small" look="plain" onPress={() => void revoke(key)}>
                    {t('people.revoke')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ModalOverlay className="modal-overlay" isOpen={isAdding} onOpenChange={setAdding} isDismissable>
        <Modal className="modal">
          <Dialog className="dialog">
            <Heading slot="title">{t('people.addKey')}</Heading>
            <form className="dialog-form" onSubmit={(event) => void submit(event)}>
              <TextField name="name" label={t('people.name')} />
              <RoleField />
              <FormEnd error={failure} close={() => setAdding(false)} label={t('people.addKey')} />
            </form>
          </Dialog>
        </Modal>
      </ModalOverlay>
      <Secret secret={secret} what={t('people.key')} close={() => setSecret(undefined)} />
    </section>
  );
}

function TextField({ name, label }: { name: string; label: string }) {
  return (
    <div className="field">
      <label htmlFor={`people-${name}`}>{label}</label>
      <input className="input" id={`people-${name}`} name={name} required maxLength={100} />
    </div>
  );
}

function RoleField() {
  const { t } = useWords();
  return (
    <div className="field">
      <label htmlFor="people-role">{t('people.role')}</label>
      <select className="input" id="people-role" name="role" required>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(`role.${role}`)}
          </option>
        ))}
      </select>
    </div>
  );
}

function FormEnd({ error, close, label }: { error: ApiError | undefined; close: () => void; label: string }) {
  const { t } = useWords();
  return (
    <>
      {error && (
        <p className="field-error" role="alert">
          {error.message} <span className="hint">{error.code}</span>
        </p>
      )}
      <div className="footer">
        <Button onPress={close}>{t('common.cancel')}</Button>
        <Button look="primary" type="submit">
          {label}
        </Button>
      </div>
    </>
  );
}

/** Shown once: nobody, not even the city, can read it again. */
function Secret({ secret, what, close }: { secret: string | undefined; what: string; close: () => void }) {
  const { t } = useWords();
  return (
    <ModalOverlay className="modal-overlay" isOpen={secret !== undefined} onOpenChange={close}>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{what}</Heading>
          <p>{t('people.once')}</p>
          <code className="secret">{secret}</code>
          <div className="footer">
            <Button onPress={() => void navigator.clipboard.writeText(secret ?? '')}>{t('people.copy')}</Button>
            <Button look="primary" onPress={close}>
              {t('people.kept')}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
