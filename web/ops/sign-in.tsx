import { Languages, Moon, Sun } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '#web/kit/button.tsx';
import { setTheme, useTheme } from '#web/kit/theme.ts';
import { ApiError } from './api.ts';
import { changePassword, signIn } from './controller.ts';
import { setLanguage, useWords } from './i18n.ts';
import { useOps } from './store.ts';

const KNOWN_CODES = new Set(['account.wrong_password', 'session.wrong_password', 'session.too_many', 'network.lost']);

/** One question: who are you. In a demonstration city a visitor may step into any of its roles with one press. */
export function SignIn() {
  const { t, say, language } = useWords();
  const theme = useTheme();
  const welcome = useOps((state) => state.welcome);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const enter = async (as: string, secret: string): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await signIn(as, secret);
    } catch (cause) {
      setBusy(false);
      setError(errorWords(cause, t));
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void enter(name, password);
  };

  return (
    <div className="sign-in">
      <Loom />
      <main>
        <header>
          <h1>{welcome ? say(welcome.name) : 'Cityloom'}</h1>
          <p className="quiet">{t('signIn.what')}</p>
        </header>
        <form onSubmit={submit}>
          <div className="field">
            <label htmlFor="name">{t('signIn.name')}</label>
            <input
              id="name"
              className="input"
              autoComplete="username"
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          <div className="field">
            <label htmlFor="password">{t('signIn.password')}</label>
            <input
              id="password"
              className="input"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              aria-invalid={error !== undefined}
              aria-describedby="sign-in-error"
              onChange={(event) => setPassword(event.target.value)}
            />
            <p className="field-error" id="sign-in-error" role="alert">
              {error}
            </p>
          </div>
          <Button look="primary" size="large" type="submit" isDisabled={isBusy}>
            {t('signIn.enter')}
          </Button>
        </form>
        {welcome && welcome.accounts.length > 0 && (
          <section className="demonstration">
            <h2>{t('signIn.demonstration')}</h2>
            <p className="hint">{t('signIn.demonstrationWhat')}</p>
            <ul>
              {welcome.accounts.map((account) => (
                <li key={account.name}>
                  <button type="button" disabled={isBusy} onClick={() => void enter(account.name, account.password)}>
                    <strong>{account.displayName}</strong>
                    <span>
                      {account.party
                        ? say(account.party)
                        : account.roles.map((role) => t(`role.${role}`)).join(t('common.comma'))}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <footer>
          <Button look="plain" size="small" onPress={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
            <Languages size={16} aria-hidden />
            {language === 'zh' ? 'English' : '中文'}
          </Button>
          <Button look="plain" size="small" onPress={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
            {theme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
            {t(theme === 'dark' ? 'theme.light' : 'theme.dark')}
          </Button>
        </footer>
      </main>
    </div>
  );
}

/** The one-time password has done its work; from now on only this person knows the new one. */
export function ChangePassword() {
  const { t } = useWords();
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setError(undefined);
    try {
      await changePassword(String(form.get('current')), String(form.get('next')));
    } catch (cause) {
      setError(cause instanceof ApiError ? `${cause.message} (${cause.code})` : t('failure.cityWhat'));
    }
  };
  return (
    <div className="sign-in">
      <Loom />
      <main>
        <header>
          <h1>{t('password.title')}</h1>
          <p className="quiet">{t('password.what')}</p>
        </header>
        <form onSubmit={(event) => void submit(event)}>
          <div className="field">
            <label htmlFor="current">{t('password.current')}</label>
            <input
              id="current"
              name="current"
              className="input"
              type="password"
              autoComplete="current-password"
              required
            />
          </div>
          <div className="field">
            <label htmlFor="next">{t('password.next')}</label>
            <input
              id="next"
              name="next"
              className="input"
              type="password"
              autoComplete="new-password"
              required
              minLength={10}
              aria-describedby="password-hint"
            />
            <p className="hint" id="password-hint">
              {t('password.hint')}
            </p>
            <p className="field-error" role="alert">
              {error}
            </p>
          </div>
          <Button look="primary" size="large" type="submit">
            {t('password.save')}
          </Button>
        </form>
      </main>
    </div>
  );
}

function errorWords(cause: unknown, t: (key: string) => string): string {
  if (!(cause instanceof ApiError)) return t('failure.cityWhat');
  if (cause.status === 401 || KNOWN_CODES.has(cause.code)) {
    return t(
      cause.code === 'network.lost' ? 'failure.network' : cause.status === 429 ? 'signIn.tooMany' : 'signIn.wrong',
    );
  }
  return cause.status === 429 ? t('signIn.tooMany') : `${cause.message} (${cause.code})`;
}

/** Threads crossing like streets: the one ornament the house allows itself. */
function Loom() {
  const lines = Array.from({ length: 26 }, (_, index) => index);
  return (
    <svg className="loom" viewBox="0 0 1200 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {lines.map((index) => (
        <path
          key={`h${index}`}
          d={`M-20 ${index * 38} C 300 ${index * 38 + 60 * Math.sin(index)}, 700 ${index * 34 - 40}, 1220 ${index * 40 - 60}`}
        />
      ))}
      {lines.map((index) => (
        <path
          key={`v${index}`}
          d={`M${index * 52 - 60} -20 C ${index * 50 + 40 * Math.cos(index)} 300, ${index * 46 + 90} 600, ${index * 50 + 20} 920`}
        />
      ))}
      <path className="river" d="M-20 560 C 240 500, 420 700, 700 610 S 1040 420, 1220 500" />
    </svg>
  );
}
