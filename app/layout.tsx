import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./globals.css";

export const metadata: Metadata = {
  title: "Holdfast",
  description: "Encrypted shared storage that catches a lying server",
  referrer: "no-referrer",
  icons: { icon: "/icon.svg", apple: "/icons/icon-192.png" },
  manifest: "/manifest.webmanifest",
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f5f2" },
    { media: "(prefers-color-scheme: dark)", color: "#121316" },
  ],
};

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    // The boot script sets the theme, and the locale provider the language, on this element.
    <html lang="en" suppressHydrationWarning>
      <head>
        <meta id="react-aria-pressable-style" />
      </head>
      <body>{children}</body>
    </html>
  );
}
