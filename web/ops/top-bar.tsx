import {
  CalendarCheck,
  Ear,
  Headset,
  HeartHandshake,
  Languages,
  LogOut,
  Monitor,
  Moon,
  Search as SearchIcon,
  ShieldQuestion,
  Sun,
  SunMoon,
  Tv,
  UserRound,
  Users,
} from 'lucide-react';
import { memo, useState } from 'react';
import {
  Button as AriaButton,
  Dialog,
  DialogTrigger,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import { IconButton } from '#web/kit/button.tsx';
import { Spark } from '#web/kit/marks.tsx';
import { type Figure, minutesFigure, percentFigure } from '#web/kit/number.view.ts';
import { hasTrend } from '#web/kit/sparkline.view.ts';
import { setTheme, type ThemeChoice, useThemeChoice } from '#web/kit/theme.ts';
import { goLive, signOut } from './controller.ts';
import { shownDomains } from './day.view.ts';
import { setLanguage, useWords } from './i18n.ts';
import { setOps, useMoment, useNow, useOps } from './store.ts';

export function TopBar() {
  const { t, say } = useWords();
  const city = useOps((state) => state.city);
  return (
    <header className="top-bar">
      <h1 className="brand">
        <span className="house">Cityloom</span>
        <span className="city">{say(city?.name)}</span>
      </h1>
      <Gauges />
      <div className="tools">
        <AriaButton
          className="search-button"
          aria-label={t('search.title')}
          onPress={() => setOps({ isSearching: true })}
        >
          <SearchIcon size={16} aria-hidden />
          <span>{t('search.button')}</span>
          <kbd>/</kbd>
        </AriaButton>
        <LiveState />
        <LanguageSwitch />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  );
}

const Gauges = memo(function Gauges() {
  const { language } = useWords();
  const gauges = useOps((state) => state.gauges);
  return (
    <div className="gauges">
      <GaugeFigure id="coverage" figure={percentFigure(gauges?.coverage.value, language)} />
      <GaugeFigure id="perception" figure={percentFigure(gauges?.perception.value, language)} />
      <GaugeFigure id="response" figure={minutesFigure(gauges?.response.value, language)} />
    </div>
  );
});

type GaugeId = 'coverage' | 'perception' | 'response';

/** One promise of the city as a figure; pressed, it tells what it counts, how it went in the last day and where it is weakest. */
function GaugeFigure({ id, figure }: { id: GaugeId; figure: Figure }) {
  const { t, language, say } = useWords();
  const gauges = useOps((state) => state.gauges);
  const city = useOps((state) => state.city);
  const gauge = gauges?.[id];
  const onTime = percentFigure(gauges?.responseOnTime.value, language);
  return (
    <DialogTrigger>
      <AriaButton className="gauge">
        <span className="label">{t(`gauge.${id}`)}</span>
        <span className="value">
          {figure.value}
          <span className="unit">{figure.unit}</span>
        </span>
        {gauge && hasTrend(gauge.trend) && <Spark values={gauge.trend} width={44} height={14} />}
      </AriaButton>
      <Popover className="popover" placement="bottom" offset={8}>
        <Dialog className="gauge-card" aria-label={t(`gauge.${id}`)}>
          <p>{t(`gauge.${id}What`)}</p>
          {gauge && hasTrend(gauge.trend) && (
            <>
              <Spark values={gauge.trend} width={272} height={56} />
              <p className="axis">
                <span>{t('gauge.dayAgo')}</span>
                <span>{t('gauge.now')}</span>
              </p>
            </>
          )}
          {gauge && id === 'response' && (
            <p>
              {t('gauge.onTime', { share: `${onTime.value}${onTime.unit}`, count: gauges.responseOnTime.denominator })}
            </p>
          )}
          {gauge && id !== 'response' && (
            <p>
              {t('gauge.of', { part: gauge.numerator.toLocaleString(), whole: gauge.denominator.toLocaleString() })}
            </p>
          )}
          {id !== 'response' && (
            <ul className="by-domain">
              {shownDomains(city?.domains ?? []).map((domain) => {
                const share = percentFigure(gauges?.byDomain[domain.id]?.[id], language);
                return (
                  <li key={domain.id}>
                    <span>{say(domain.name)}</span>
                    <span className="value">
                      {share.value}
                      <span className="unit">{share.unit}</span>
                    </span>
                  </li>
                );
              })}
            </ul>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

/** What time the screen shows and whether it is true: live, connecting again, or a moment of the past. */
function LiveState() {
  const { t, time, when } = useWords();
  const moment = useMoment();
  const now = useNow();
  const at = useOps((state) => state.at);
  const connection = useOps((state) => state.connection);
  const tone = at !== undefined ? 'past' : connection === 'live' ? 'live' : 'broken';
  const label = at !== undefined ? t('live.past') : t(`live.${connection}`);
  return (
    <AriaButton
      className="live-state figures"
      data-tone={tone}
      onPress={goLive}
      aria-label={t('live.button', { state: label, time: time(moment) })}
    >
      <span className="dot" aria-hidden />
      <span className="time">{at === undefined ? time(moment, true) : when(moment, now)}</span>
      <span className="word">{label}</span>
    </AriaButton>
  );
}

function LanguageSwitch() {
  const { t, language } = useWords();
  return (
    <IconButton label={t('language.switch')} onPress={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
      <Languages size={20} />
    </IconButton>
  );
}

const THEMES: readonly { id: ThemeChoice; icon: typeof Sun }[] = [
  { id: 'auto', icon: SunMoon },
  { id: 'light', icon: Sun },
  { id: 'dark', icon: Moon },
];

function ThemeMenu() {
  const { t } = useWords();
  const choice = useThemeChoice();
  const Icon = THEMES.find(({ id }) => id === choice)?.icon ?? SunMoon;
  return (
    <MenuTrigger>
      <IconButton label={t('theme.title')}>
        <Icon size={20} />
      </IconButton>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t('theme.title')}
          selectionMode="single"
          selectedKeys={[choice]}
          onAction={(key) => setTheme(key as ThemeChoice)}
        >
          {THEMES.map(({ id, icon: Each }) => (
            <MenuItem className="menu-item" id={id} key={id}>
              <Each size={16} aria-hidden />
              {t(`theme.${id}`)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

function AccountMenu() {
  const { t, say } = useWords();
  const session = useOps((state) => state.session);
  const city = useOps((state) => state.city);
  const [isOpen, setOpen] = useState(false);
  if (!session) return null;
  const { account, permissions } = session;
  const party = city?.parties.find(({ id }) => id === account.party);
  const roles = account.roles.map((role) => t(`role.${role}`)).join(t('common.comma'));
  return (
    <MenuTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <AriaButton className="account" aria-label={account.displayName}>
        <UserRound size={16} aria-hidden />
        <span>{account.displayName}</span>
      </AriaButton>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label={t('account.menu')}>
          <MenuSection>
            <Header className="menu-header">{party ? `${roles} · ${say(party.name)}` : roles}</Header>
            <MenuItem className="menu-item" href="/ops/?wall">
              <Tv size={16} aria-hidden />
              {t('account.wall')}
            </MenuItem>
            <MenuItem className="menu-item" href="/ops/">
              <Monitor size={16} aria-hidden />
              {t('account.desk')}
            </MenuItem>
            {permissions.includes('hotline.desk') && (
              <MenuItem className="menu-item" href="/ops/hotline">
                <Headset size={16} aria-hidden />
                {t('account.hotline')}
              </MenuItem>
            )}
            {(permissions.includes('case.handle') || permissions.includes('hotline.desk')) && (
              <MenuItem className="menu-item" href="/ops/bookings">
                <CalendarCheck size={16} aria-hidden />
                {t('account.bookings')}
              </MenuItem>
            )}
            {permissions.includes('care.see') && (
              <MenuItem className="menu-item" href="/ops/care">
                <HeartHandshake size={16} aria-hidden />
                {t('account.care')}
              </MenuItem>
            )}
            {permissions.includes('equity.read') && (
              <MenuItem className="menu-item" href="/ops/equity">
                <Ear size={16} aria-hidden />
                {t('account.equity')}
              </MenuItem>
            )}
            {permissions.includes('case.confirm') && (
              <MenuItem className="menu-item" href="/ops/spam">
                <ShieldQuestion size={16} aria-hidden />
                {t('account.spam')}
              </MenuItem>
            )}
            {permissions.includes('people.manage') && (
              <MenuItem className="menu-item" href="/ops/people">
                <Users size={16} aria-hidden />
                {t('account.people')}
              </MenuItem>
            )}
          </MenuSection>
          <Separator className="menu-separator" />
          <MenuItem className="menu-item" onAction={() => setOps({ dialog: { kind: 'help' } })}>
            {t('help.title')}
            <span className="trail">?</span>
          </MenuItem>
          <MenuItem className="menu-item" onAction={() => void signOut()}>
            <LogOut size={16} aria-hidden />
            {t('account.signOut')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
