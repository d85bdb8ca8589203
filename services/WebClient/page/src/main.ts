import { openLocal } from './database.js';
import { keepPageOnDevice } from './offline.js';
import { Progress } from './progress.js';
import { Requests } from './requests.js';
import { Store } from './store.js';
import { Sync, type Connection } from './sync.js';
import { Tabs, type News } from './tabs.js';
import { Announcer } from './view/announcer.js';
import { byId } from './view/dom.js';
import { CardList } from './view/list.js';
import { ChangeLog } from './view/log.js';
import { Login } from './view/login.js';
import { tellProblems } from './view/problems.js';
import { CONNECTIONS, Status } from './view/status.js';

tellProblems();
if (!isSecureContext) {
  throw new Error('Browsers keep documents only for pages that come over https, or from this machine (http://127.0.0.1). Open this one so.');
}

const local = openLocal();
const requests = new Requests(local);
const announcer = new Announcer();
const status = new Status();
const list = new CardList(requests, announcer);
const log = new ChangeLog();
const login = new Login(retry);
const tabs = new Tabs(hear);
let leading = false;
let connection: Connection = 'starting';

const progress = new Progress(local, () => {
  store.refresh();
  if (leading) {
    tabs.tell({ kind: 'progress' });
  }
});
const store = new Store(progress, update => {
  list.draw(update);
  status.unsynced(update.unsynced);
});
const sync = new Sync(local, progress, now => {
  show(now);
  tabs.tell({ kind: 'connection', connection: now });
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
  if (leading) {
    sync.retryNow();
  } else {
    tabs.tell({ kind: 'retry' });
  }
}

function hear(news: News): void {
  switch (news.kind) {
    case 'connection':
      show(news.connection);
      break;
    case 'progress':
      void progress.load().then(() => store.refresh());
      break;
    case 'hello':
      if (leading) {
        tabs.tell({ kind: 'connection', connection });
      }

      break;
    case 'retry':
      if (leading) {
        sync.retryNow();
      }

      break;
  }
}

const number = byId<HTMLInputElement>('person-id');
byId<HTMLFormElement>('ask').addEventListener('submit', event => {
  event.preventDefault();
  void requests.ask(number.value === '' ? undefined : number.valueAsNumber);
  number.value = '';
});

keepPageOnDevice();
await progress.load();
await store.follow(local, doc => log.add(doc));
tabs.tell({ kind: 'hello' });
tabs.lead(() => {
  leading = true;
  return sync.run();
});
