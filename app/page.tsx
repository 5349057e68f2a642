import { Product } from "./product.tsx";

export default function Page() {
  return <Product />;
}
