import { useEffect, useState } from 'react';
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import type { SearchResult } from '#adapters/console/api.types.ts';
import { search } from '../api.ts';
import { useHotlineWords } from './words.ts';

const keyOf = (result: SearchResult): string => `${result.kind}:${result.id}`;

interface PlaceFieldProps {
  readonly name: string;
  readonly choose: (name: string, place: SearchResult['place']) => void;
  /** What is asked, and an example; left out: where it happened. */
  readonly label?: string;
  readonly placeholder?: string;
}

/** An address as it is said; the map's own names answer while it is typed. */
export function PlaceField(props: PlaceFieldProps) {
  const { h, say } = useHotlineWords();
  const label = props.label ?? h('where');
  const [query, setQuery] = useState(props.name);
  const [results, setResults] = useState<readonly SearchResult[]>([]);
  useEffect(() => {
    const wanted = query.trim();
    if (wanted === '' || wanted === props.name) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      search(wanted, 8, abort.signal).then(
        (found) => setResults(found.results.filter(({ kind }) => kind !== 'case')),
        () => undefined,
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, props.name]);
  return (
    <ComboBox
      className="field"
      items={results}
      inputValue={query}
      onInputChange={setQuery}
      menuTrigger="input"
      allowsEmptyCollection
      allowsCustomValue
      defaultFilter={() => true}
      onSelectionChange={(key) => {
        const found = results.find((result) => keyOf(result) === key);
        if (found === undefined) return;
        setQuery(say(found.name));
        props.choose(say(found.name), found.place);
      }}
    >
      <Label>{label}</Label>
      <Input className="input" placeholder={props.placeholder ?? h('wherePlaceholder')} />
      <Popover className="popover hotline-places" placement="bottom start" offset={2}>
        <ListBox aria-label={label} renderEmptyState={() => <p className="quiet nowhere">{h('nowhere')}</p>}>
          {(result: SearchResult) => (
            <ListBoxItem className="menu-item" id={keyOf(result)} textValue={say(result.name)}>
              <span>{say(result.name)}</span>
              <span className="trail">{say(result.detail)}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
