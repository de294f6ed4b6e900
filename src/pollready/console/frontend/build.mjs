// Bundles the console's style sheets and its small scripts, and copies the fonts.
// Called by `python -m pollready.console.build`, which passes the folder to fill.
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const out = process.argv[2];
const fonts = "node_modules/vazirmatn/fonts";

await build({
  entryPoints: ["css/console.css", "css/print.css", "js/*.js"],
  outdir: out,
  outbase: ".",
  entryNames: "[name]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome105", "firefox110", "safari16"],
  // The font is copied beside the style sheet under a name without brackets; the other stands
  // in static/ already.
  external: ["fonts/*", "../chevron.svg"],
  logLevel: "warning",
});

// The map, only for its own page: MapLibre or ECharts comes when it is known which is needed.
// Their names are known, so that the page can ask for all of them at once.
await build({
  entryPoints: ["js/map/page.js", "js/map/gl.js", "js/map/chart.js"],
  outdir: join(out, "map"),
  chunkNames: "shared",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome105", "firefox110", "safari16"],
  legalComments: "linked",
  logLevel: "warning",
});
// MapLibre's worker is a file of its own; a page's policy lets no other be made from text.
await build({
  entryPoints: { worker: "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs" },
  outdir: join(out, "map"),
  minify: true,
  format: "esm",
  target: ["es2022", "chrome105", "firefox110", "safari16"],
  legalComments: "linked",
  logLevel: "warning",
});

await mkdir(join(out, "fonts"), { recursive: true });
await cp(`${fonts}/webfonts/Vazirmatn[wght].woff2`, join(out, "fonts", "vazirmatn.woff2"));
// The report's typesetting reads these; the pages do not ask for them.
for (const weight of ["Regular", "Medium", "Bold"]) {
  const file = `Vazirmatn-${weight}.ttf`;
  await cp(`${fonts}/ttf/${file}`, join(out, "fonts", file));
}
await cp("node_modules/vazirmatn/OFL.txt", join(out, "fonts", "OFL.txt"));
