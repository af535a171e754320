import { X } from 'lucide-react';
import { Button, IconButton } from '#web/kit/button.tsx';
import { dismissToast } from './controller.ts';
import { useWords } from './i18n.ts';
import { useOps } from './store.ts';

export function Toasts() {
  const toasts = useOps((state) => state.toasts);
  const { t } = useWords();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div className="toast" key={toast.id}>
          <span>{toast.text}</span>
          {toast.undo && (
            <Button
              size="small"
              onPress={() => {
                toast.undo?.();
                dismissToast(toast.id);
              }}
            >
              {t('common.undo')}
            </Button>
          )}
          <IconButton label={t('common.close')} onPress={() => dismissToast(toast.id)}>
            <X size={16} />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
