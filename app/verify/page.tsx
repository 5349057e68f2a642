import { Verify } from "./verify.tsx";

export default function Page() {
  return <Verify />;
}
