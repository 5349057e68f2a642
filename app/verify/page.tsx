import { VerifyScreen } from "#ui/verify/verify-screen.tsx";

export default function Page() {
  return <VerifyScreen verify={undefined} />;
}
