"""Sign in and sign out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, session, url_for

from soi_dialer.flows import sign_in as flow
from soi_dialer.web import guard, kept, page


def add_routes(pages: Blueprint) -> None:
    pages.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    pages.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


def sign_in() -> Response:
    next_path = guard.local_path(request.values.get("next", "/"))
    if session.agent and request.method == "GET":
        return redirect(next_path, 303)
    if request.method == "GET":
        return page.show("sign_in.html", next=next_path, email="")
    try:
        signed_in = flow.sign_in(
            page.dialer(),
            email=request.form.get("email", ""),
            password=request.form.get("password", ""),
            address=request.remote_addr or "",
            user_agent=request.user_agent.string,
        )
    except flow.TooManyTries as refusal:
        response = _again(next_path, str(refusal), 429)
        response.headers["Retry-After"] = str(refusal.wait_seconds)
        return response
    except flow.WrongPassword as refusal:
        return _again(next_path, str(refusal), 401)
    return _welcome(signed_in, next_path)


def sign_out() -> Response:
    if session.session_id:
        flow.sign_out(page.dialer(), session.session_id)
    session.end()
    response = redirect(url_for("web.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _welcome(signed_in: flow.SignedIn, next_path: str) -> Response:
    """On to the page that was asked for, or back to the form that came too late."""
    if session.session_id:
        flow.sign_out(page.dialer(), session.session_id)
    session.begin(signed_in.session_id)
    unfinished = kept.unpack(request.form.get("kept", "")) if request.form.get("kept") else None
    if unfinished is None:
        return redirect(next_path, 303)
    path, fields = unfinished
    row = flow.current(page.dialer(), signed_in.session_id)
    session.agent = row
    session.update(row["data"])
    return kept.offer(guard.local_path(path), fields)


def _again(next_path: str, problem: str, status: int) -> Response:
    """The same form with what was typed, except the password."""
    unfinished = kept.unpack(request.form.get("kept", "")) if request.form.get("kept") else None
    return page.show(
        "sign_in.html",
        status,
        next=next_path,
        email=request.form.get("email", "")[:320],
        problem=problem,
        kept=request.form.get("kept") if unfinished else None,
    )
