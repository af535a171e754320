import { Info, Layers, Maximize, Minus, Plus } from 'lucide-react';
import { Dialog, DialogTrigger, Popover, Switch } from 'react-aria-components';
import { IconButton } from '#web/kit/button.tsx';
import { WORST_FIRST } from '#web/kit/grade.view.ts';
import { GradeMark } from '#web/kit/marks.tsx';
import { formatCount } from '#web/kit/number.view.ts';
import { shownDomains } from '../day.view.ts';
import { useWords } from '../i18n.ts';
import { freePadding, usePanels } from '../panels.tsx';
import { setOps, useOps } from '../store.ts';
import type { OpsMap } from './ops-map.ts';
import { hueOf } from './palette.view.ts';

/** Layers, legend and the map's own moves, collapsed to icons at the edge of what is free. */
export function MapTools({ map }: { map: OpsMap }) {
  const { t } = useWords();
  const city = useOps((state) => state.city)!;
  const panels = usePanels();
  return (
    <div className="map-tools" style={{ right: panels.rightOpen ? panels.rightWidth + 24 : 60 }}>
      <div className="tool-group">
        <IconButton label={t('map.in')} onPress={() => map.zoom(1)}>
          <Plus size={16} />
        </IconButton>
        <IconButton label={t('map.out')} onPress={() => map.zoom(-1)}>
          <Minus size={16} />
        </IconButton>
        <IconButton label={t('map.fit')} onPress={() => map.fit(city.bounds, freePadding())}>
          <Maximize size={16} />
        </IconButton>
      </div>
      <div className="tool-group">
        <LayerSwitch />
        <Legend />
      </div>
    </div>
  );
}

function LayerSwitch() {
  const { t, say, language } = useWords();
  const city = useOps((state) => state.city)!;
  const hidden = useOps((state) => state.hiddenDomains);
  const focus = useOps((state) => state.focusDomain);
  const toggle = (domain: string): void => {
    const next = new Set(hidden);
    if (!next.delete(domain)) next.add(domain);
    setOps({ hiddenDomains: next });
  };
  return (
    <DialogTrigger>
      <IconButton label={t('map.layers')}>
        <Layers size={16} />
      </IconButton>
      <Popover className="popover" placement="left top">
        <Dialog className="layer-card" aria-label={t('map.layers')}>
          <h3>{t('map.lifelines')}</h3>
          <ul>
            {shownDomains(city.domains).map((domain) => (
              <li key={domain.id}>
                <Switch className="switch" isSelected={!hidden.has(domain.id)} onChange={() => toggle(domain.id)}>
                  <i className="knob" aria-hidden />
                  <i className="hue" style={{ background: hueOf(domain.id, domain.colour) }} aria-hidden />
                  <span>{say(domain.name)}</span>
                </Switch>
                <span className="hint">{formatCount(domain.assets, language)}</span>
                <button
                  type="button"
                  className="chip"
                  aria-pressed={focus === domain.id}
                  onClick={() => setOps({ focusDomain: focus === domain.id ? undefined : domain.id })}
                >
                  {t('map.only')}
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Legend() {
  const { t } = useWords();
  return (
    <DialogTrigger>
      <IconButton label={t('map.legend')}>
        <Info size={16} />
      </IconButton>
      <Popover className="popover" placement="left top">
        <Dialog className="legend-card" aria-label={t('map.legend')}>
          <h3>{t('map.legendGrades')}</h3>
          <ul>
            {WORST_FIRST.map((grade) => (
              <li key={grade}>
                <GradeMark grade={grade} label="" size={16} />
                <span>{t(`grade.${grade}`)}</span>
                <span className="hint">{t(`gradeMeans.${grade}`)}</span>
              </li>
            ))}
          </ul>
          <h3>{t('map.legendAssets')}</h3>
          <ul>
            <li>
              <i className="dot normal" aria-hidden />
              <span>{t('thingState.ok')}</span>
              <span className="hint">{t('map.okHint')}</span>
            </li>
            <li>
              <i className="dot silent" aria-hidden />
              <span>{t('map.silent')}</span>
              <span className="hint">{t('map.silentHint')}</span>
            </li>
            <li>
              <i className="disc" aria-hidden>
                3
              </i>
              <span>{t('map.cluster')}</span>
              <span className="hint">{t('map.clusterHint')}</span>
            </li>
          </ul>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
