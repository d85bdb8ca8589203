import { openLocal } from './database.js';
import { Progress } from './progress.js';
import { Requests } from './requests.js';
import { registerServiceWorker } from './serviceworker.js';
import { Store } from './store.js';
import { Sync, type Connection } from './sync.js';
import { Tabs, type TabMessage } from './tabs.js';
import { Announcer } from './view/announcer.js';
import { byId } from './view/dom.js';
import { showErrors } from './view/errors.js';
import { CardList } from './view/list.js';
import { ChangeLog } from './view/log.js';
import { Login } from './view/login.js';
import { Photos } from './view/photo.js';
import { PhotoForm } from './view/photoform.js';
import { CONNECTIONS, Status } from './view/status.js';

showErrors();
if (!isSecureContext) {
  throw new Error('Browsers store documents only for pages loaded over https or from http://127.0.0.1. Open this page that way.');
}

const local = openLocal();
const requests = new Requests(local);
const announcer = new Announcer();
const status = new Status();
const list = new CardList(requests, announcer, new Photos(local));
const log = new ChangeLog();
const login = new Login(retry);
const tabs = new Tabs(handleMessage);
let isSyncing = false;
let connection: Connection = 'starting';

const progress = new Progress(local, () => {
  store.refresh();
  if (isSyncing) {
    tabs.post({ kind: 'progress' });
  }
});
const store = new Store(progress, update => {
  list.draw(update);
  status.unsynced(update.unsynced);
});
const sync = new Sync(local, progress, now => {
  show(now);
  tabs.post({ kind: 'connection', connection: now });
});

function show(now: Connection): void {
  if (now === connection) {
    return;
  }

  if (connection !== 'starting') {
    announcer.say(CONNECTIONS[now]);
  }

  connection = now;
  status.connection(now);
  void login.connection(now);
}

function retry(): void {
  if (isSyncing) {
    sync.retryNow();
  } else {
    tabs.post({ kind: 'retry' });
  }
}

function handleMessage(message: TabMessage): void {
  switch (message.kind) {
    case 'connection':
      show(message.connection);
      break;
    case 'progress':
      void progress.load().then(() => store.refresh());
      break;
    case 'hello':
      if (isSyncing) {
        tabs.post({ kind: 'connection', connection });
      }

      break;
    case 'retry':
      if (isSyncing) {
        sync.retryNow();
      }

      break;
  }
}

const number = byId<HTMLInputElement>('person-id');
const personNumber = (): number | undefined => {
  const chosen = number.value === '' ? undefined : number.valueAsNumber;
  number.value = '';
  return chosen;
};
byId<HTMLFormElement>('ask').addEventListener('submit', event => {
  event.preventDefault();
  void requests.ask(personNumber());
});
new PhotoForm(requests, announcer, personNumber);

registerServiceWorker();
await progress.load();
await store.follow(local, doc => log.add(doc));
tabs.post({ kind: 'hello' });
tabs.runInOneTab(() => {
  isSyncing = true;
  return sync.run();
});
