// Builds what the browser gets: gateway/static/dist, with names that change with the content, and their manifest.
// entries/*.ts and entries/*.css are the files that pages ask for; everything else comes in through them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = dirname(fileURLToPath(import.meta.url));
const gateway = dirname(here);
const root = dirname(gateway);
const dist = join(gateway, "static", "dist");
// What styles call `font:<name>`: the file of the package, and the name that it is kept under.
const fonts = {
  latin: ["@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", "inter-latin.woff2"],
  "latin-ext": ["@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2", "inter-latin-ext.woff2"],
  script: ["@fontsource/great-vibes/files/great-vibes-latin-400-normal.woff2", "signature-script.woff2"],
  hand: ["@fontsource-variable/caveat/files/caveat-latin-wght-normal.woff2", "signature-hand.woff2"],
};
const DAY = 24 * 3600 * 1000;
const target = ["chrome120", "firefox121", "safari17"];

// Classes that only scripts or the server put together; everything else is found in templates and scripts.
const safelist = { standard: [/^status-/, /^tag-/, /^note-/, /^alert-/, /^menu-/, /^htmx-/] };
// Tabler's switch of theme by attribute: ours follows the system.
const blocklist = [/data-bs-theme/, /data-theme/, /data-vc/];

function keep(manifest, name, content) {
  const extension = extname(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const file = `${basename(name, extension)}-${hash}${extension}`;
  writeFileSync(join(dist, file), content);
  if (extension !== ".woff2") {
    writeFileSync(join(dist, `${file}.gz`), gzipSync(content, { level: 9 }));
    writeFileSync(join(dist, `${file}.br`), brotliCompressSync(content));
  }
  manifest[name] = file;
  return file;
}

function sprite() {
  const names = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
  const symbols = names.map((name) => {
    const svg = readFileSync(join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

async function styles(manifest) {
  const entry = join(here, "entries", "app.css");
  const bundled = await esbuild.build({ entryPoints: [entry], bundle: true, write: false, target, external: ["font:*"] });
  const purged = await new PurgeCSS().purge({
    css: [{ raw: bundled.outputFiles[0].text }],
    content: [`${gateway}/**/templates/**/*.html`, `${here}/{entries,src}/**/*.ts`],
    safelist,
    blocklist,
    variables: true,
    defaultExtractor: (text) => text.match(/[\w-/:]+(?<!:)/g) ?? [],
  });
  const named = purged[0].css.replace(/(url\("?)font:([\w-]+)/g, (_, url, name) => url + manifest[fonts[name][1]]);
  const { code } = await esbuild.transform(named, { loader: "css", minify: true, target });
  keep(manifest, "app.css", code);
}

async function scripts(manifest) {
  const entryPoints = readdirSync(join(here, "entries")).filter((name) => name.endsWith(".ts"));
  const built = await esbuild.build({
    entryPoints: entryPoints.map((name) => join(here, "entries", name)),
    bundle: true,
    minify: true,
    write: false,
    target,
    format: "iife",
    outdir: dist,
    legalComments: "none",
  });
  for (const file of built.outputFiles) keep(manifest, basename(file.path), file.contents);
}

export async function build() {
  mkdirSync(dist, { recursive: true });
  const manifest = {};
  for (const [file, name] of Object.values(fonts)) keep(manifest, name, readFileSync(join(root, "node_modules", file)));
  keep(manifest, "icons.svg", sprite());
  await Promise.all([styles(manifest), scripts(manifest)]);
  writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const current = new Set(["manifest.json", ...Object.values(manifest).flatMap((file) => [file, `${file}.gz`, `${file}.br`])]);
  // A gateway that runs still names the files of the build before; they go a day later.
  const stale = readdirSync(dist).filter((file) => !current.has(file) && Date.now() - statSync(join(dist, file)).mtimeMs > DAY);
  for (const file of stale) rmSync(join(dist, file));
  return manifest;
}

const manifest = await build();
for (const [name, file] of Object.entries(manifest)) console.log(`${name} -> ${file}`);
if (process.argv.includes("--watch")) {
  let waiting;
  watch(gateway, { recursive: true }, (_event, file) => {
    if (!/\.(ts|css|html|json)$/.test(file ?? "") || file.includes("static")) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => build().catch((error) => console.error(error.message)), 150);
  });
}
