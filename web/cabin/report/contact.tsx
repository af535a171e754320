import type { PersonalData, PersonalField } from '#people/vault/vault.types.ts';
import { useWords } from '../i18n.ts';
import { Field, filled } from '../parts.tsx';

const FILLED: Readonly<Record<PersonalField, string>> = {
  name: 'name',
  phone: 'tel',
  email: 'email',
  address: 'street-address',
  note: 'off',
};
const TYPE: Partial<Record<PersonalField, string>> = { phone: 'tel', email: 'email' };

/** How the city reaches somebody; asked for no more than is needed, and said what becomes of it. */
export function ContactFields(props: {
  contact: PersonalData;
  fields: readonly PersonalField[];
  isNeeded?: boolean;
  errors?: Partial<Record<PersonalField, string>>;
  onChange: (contact: PersonalData) => void;
}) {
  const { t } = useWords();
  return (
    <fieldset className="contact">
      <legend>{t(props.isNeeded ? 'contact.needed' : 'contact.optional')}</legend>
      <p className="hint">{t('contact.why')}</p>
      {props.fields.map((field) => (
        <Field key={field} label={t(`contact.${field}`)} error={props.errors?.[field]}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type={TYPE[field] ?? 'text'}
              inputMode={field === 'phone' ? 'tel' : undefined}
              autoComplete={filled(FILLED[field])}
              value={props.contact[field] ?? ''}
              onChange={(event) => props.onChange({ ...props.contact, [field]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </fieldset>
  );
}
