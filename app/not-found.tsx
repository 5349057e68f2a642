import Link from "next/link";

export default function NotFound() {
  return (
    <main className="mx-auto max-w-xl p-8">
      <h1 className="text-xl font-semibold">This page does not exist · Cette page n’existe pas</h1>
      <p className="mt-4">
        <Link className="text-accent underline" href="/">
          Holdfast
        </Link>
      </p>
    </main>
  );
}
