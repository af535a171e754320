import { Box, Building2, Grid2x2, Map as MapIcon, Route, Search as SearchIcon, Siren } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  Autocomplete,
  Dialog,
  Input,
  ListBox,
  ListBoxItem,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import type { SearchResult } from '#adapters/console/api.types.ts';
import { ApiError, search } from './api.ts';
import { open } from './controller.ts';
import { useWords } from './i18n.ts';
import { showOnMap } from './map/show.ts';
import { setOps, useOps } from './store.ts';

const ICONS: Readonly<Record<SearchResult['kind'], typeof Box>> = {
  asset: Box,
  case: Siren,
  road: Route,
  area: MapIcon,
  cell: Grid2x2,
  building: Building2,
};

export function Search() {
  const isOpen = useOps((state) => state.isSearching);
  return (
    <ModalOverlay
      className="modal-overlay search-overlay"
      isOpen={isOpen}
      onOpenChange={(next) => setOps({ isSearching: next })}
      isDismissable
    >
      <Modal className="modal search-modal">{isOpen && <SearchDialog />}</Modal>
    </ModalOverlay>
  );
}

function SearchDialog() {
  const { t, say } = useWords();
  const [query, setQuery] = useState('');
  const { results, error } = useResults(query);
  const choose = (key: string): void => {
    const found = results?.find((result) => keyOf(result) === key);
    if (!found) return;
    setOps({ isSearching: false });
    open(found);
    showOnMap(found.place);
  };
  return (
    <Dialog className="search" aria-label={t('search.title')}>
      <Autocomplete inputValue={query} onInputChange={setQuery}>
        <SearchField aria-label={t('search.title')} autoFocus>
          <SearchIcon size={20} aria-hidden />
          <Input placeholder={t('search.placeholder')} />
        </SearchField>
        <ListBox
          className="results"
          aria-label={t('search.results')}
          items={results ?? []}
          selectionMode="none"
          onAction={(key) => choose(String(key))}
          renderEmptyState={() => <p className="quiet none">{hint(query, results, error, t)}</p>}
        >
          {(result: SearchResult) => {
            const Icon = ICONS[result.kind] ?? Box;
            return (
              <ListBoxItem className="result" id={keyOf(result)} textValue={say(result.name)}>
                <Icon size={16} aria-hidden />
                <span className="name">{say(result.name)}</span>
                <span className="quiet">{say(result.detail)}</span>
                <span className="hint">{t(`search.${result.kind}`)}</span>
              </ListBoxItem>
            );
          }}
        </ListBox>
      </Autocomplete>
    </Dialog>
  );
}

const keyOf = (result: SearchResult): string => `${result.kind}:${result.id}`;

function hint(
  query: string,
  results: readonly SearchResult[] | undefined,
  error: ApiError | undefined,
  t: (key: string, values?: Record<string, unknown>) => string,
): string {
  if (error) return t('search.failed', { code: error.code });
  if (query.trim() === '') return t('search.hint');
  return results ? t('search.none', { query }) : t('common.loading');
}

function useResults(query: string): { results: SearchResult[] | undefined; error: ApiError | undefined } {
  const [results, setResults] = useState<SearchResult[]>();
  const [error, setError] = useState<ApiError>();
  useEffect(() => {
    const wanted = query.trim();
    if (wanted === '') {
      setResults(undefined);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      search(wanted, 12, abort.signal).then(
        (found) => {
          setResults(found.results);
          setError(undefined);
        },
        (cause) => {
          if (!abort.signal.aborted) setError(cause instanceof ApiError ? cause : undefined);
        },
      );
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query]);
  return { results, error };
}
