import { Component, type ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../kit/button.tsx";
import { EmptyState } from "../kit/empty-state.tsx";

/**
 * Catches what a screen throws while it renders. Next's own page for that writes markup from a string, which the
 * page's policy forbids: without this boundary a fault of ours would be an empty window.
 */
export class CrashBoundary extends Component<
  { readonly children: ReactNode },
  { readonly hasCrashed: boolean }
> {
  override state = { hasCrashed: false };

  static getDerivedStateFromError(): { readonly hasCrashed: boolean } {
    return { hasCrashed: true };
  }

  override render(): ReactNode {
    return this.state.hasCrashed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const t = useTranslations("common.crash");
  return (
    <main className="flex min-h-dvh items-center">
      <EmptyState
        role="alert"
        icon="warning"
        title={t("title")}
        actions={
          <Button variant="primary" onPress={() => location.reload()}>
            {t("reload")}
          </Button>
        }
      >
        {t("detail")}
      </EmptyState>
    </main>
  );
}
