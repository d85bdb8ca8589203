"""The same job with Flask and Celery: a webhook, a queue, a worker that enriches the document. For ./dev bench --celery."""

import os
import random
from urllib.parse import quote

import requests
from celery import Celery
from flask import Flask, request

SYNC_GATEWAY = os.environ["SYNC_GATEWAY"]
SWAPI = os.environ["SWAPI"]
WEBHOOK = (os.environ["WEBHOOK_USER"], os.environ["WEBHOOK_PASSWORD"])
SAFE = os.environ["SAFE"] == "yes"
CACHE = os.environ["CACHE"] == "yes"

PEOPLE = [number for number in range(1, 84) if number != 17]
FACTS = ["name", "height", "mass", "hair_color", "skin_color", "eye_color", "birth_year", "gender"]

celery = Celery("baseline", broker=os.environ["BROKER"])
celery.conf.update(
    task_default_queue="celery-baseline",
    task_ignore_result=True,
    task_acks_late=SAFE,
    task_reject_on_worker_lost=SAFE,
    broker_transport_options={"confirm_publish": SAFE},
    broker_connection_retry_on_startup=True,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
)

web = Flask(__name__)
cache = {}
session = requests.Session()
session.mount("http://", requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=200))


@web.post("/webhooks/sync-gateway/<keyspace>")
def webhook(keyspace):
    login = request.authorization
    if login is None or (login.username, login.password) != WEBHOOK:
        return "", 401
    document = request.get_json()
    if document.get("action") == "person_request":
        enrich.delay(keyspace, document["_id"])
    return "", 202


@celery.task(autoretry_for=(requests.RequestException,), retry_backoff=True, max_retries=4)
def enrich(keyspace, document_id):
    address = f"{SYNC_GATEWAY}/{keyspace}/{quote(document_id, safe='')}"
    while True:
        document = answer_of(session.get(address, timeout=15))
        if document.get("action") != "person_request":
            return
        number = document.get("personId") or random.choice(PEOPLE)
        document.update(action="person_success", person=person(number))
        written = session.put(address, params={"rev": document.pop("_rev")}, json=document, timeout=15)
        if written.status_code != 409:
            answer_of(written)
            return


def person(number):
    if CACHE and number in cache:
        return cache[number]
    facts = answer_of(session.get(f"{SWAPI}people/{number}/", timeout=15))
    found = {"id": number, **{name: facts[name] for name in FACTS}}
    if CACHE:
        cache[number] = found
    return found


def answer_of(response):
    response.raise_for_status()
    return response.json()
