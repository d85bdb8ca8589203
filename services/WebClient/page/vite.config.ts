import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

export default defineConfig({
  build: {
    outDir: '../../../artifacts/webclient',
    emptyOutDir: true,
    // No data URLs: the content security policy allows only files of this origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'pouchdb', test: /node_modules/ }] } },
    },
  },
  server: { port: 3000, host: '127.0.0.1', proxy: { '/db': 'http://127.0.0.1:4984' } },
  plugins: [
    VitePWA({
      registerType: 'autoUpdate',
      injectRegister: false,
      manifest: {
        name: 'Offline Actions',
        short_name: 'Actions',
        description: 'Ask for a Star Wars person, online or offline.',
        theme_color: '#17324d',
        background_color: '#f6f7f9',
        display: 'standalone',
        icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
      },
      workbox: {
        globPatterns: ['**/*.{html,js,css,svg,webmanifest}'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/db(\/|$)/, /^\/health\//],
        clientsClaim: true,
        skipWaiting: true,
        // One file, because the content security policy forbids a worker to import other scripts.
        inlineWorkboxRuntime: true,
      },
    }),
  ],
});
