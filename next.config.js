/**
 * The app is a static export: any host can serve it, and anyone can compare it byte for byte. Types are
 * checked by `npm run check` with the project's compiler, not a second time by the bundler.
 *
 * @type {import("next").NextConfig}
 */
export default {
  output: "export",
  trailingSlash: true,
  images: { unoptimized: true },
  reactStrictMode: true,
  typescript: { ignoreBuildErrors: true },
  // A random build id would make two builds of one source differ.
  generateBuildId: () => "holdfast",
};
