/** The way in; also when a session ended while there was no network, and then nothing that waits is lost. */
import { useId, useState } from 'react';
import { signIn, signOut, waitingName } from './controller.ts';
import { useCrew } from './state.ts';
import { type Language, setLanguage, useLanguage, type Word, word } from './words.ts';

export function SignIn() {
  const isAgain = useCrew((state) => state.mustSignIn);
  const language = useLanguage();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Word | 'other' | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const submit = async () => {
    setBusy(true);
    setProblem(await signIn(name.trim(), password));
    setBusy(false);
  };
  return (
    <main className="sign-in">
      <h1>{word('sign.title')}</h1>
      <p className="quiet">{isAgain ? word('sign.again') : word('app.name')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label htmlFor={`${id}-name`}>{word('sign.name')}</label>
        <input
          id={`${id}-name`}
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <label htmlFor={`${id}-password`}>{word('sign.password')}</label>
        <input
          id={`${id}-password`}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {problem !== undefined && (
          <p className="missing" role="alert">
            {problem === 'other' ? word('sign.otherWaiting', { name: waitingName() }) : word(problem)}
          </p>
        )}
        {problem === 'other' && (
          <button type="button" className="big normal" onClick={() => void signOut()}>
            {word('sign.deleteWaiting')}
          </button>
        )}
        <button type="submit" className="big primary" disabled={isBusy}>
          {word(isBusy ? 'sign.working' : 'sign.in')}
        </button>
      </form>
      <p className="languages">
        {(['zh', 'en'] satisfies Language[]).map((each) => (
          <button
            key={each}
            type="button"
            lang={each}
            aria-pressed={language === each}
            onClick={() => setLanguage(each)}
          >
            {each === 'zh' ? '中文' : 'English'}
          </button>
        ))}
      </p>
    </main>
  );
}
