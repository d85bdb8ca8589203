using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace OfflineActions.Emulators.Principals;

/// <summary>Who is logged in to a database.</summary>
internal sealed class SessionStore(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Session> sessions = new(StringComparer.Ordinal);

    public Session Begin(string user, TimeSpan length)
    {
        foreach (var over in sessions.Values.Where(session => session.Expires <= clock.GetUtcNow()))
        {
            sessions.TryRemove(over.Id, out _);
        }

        var session = new Session(RandomNumberGenerator.GetHexString(40, lowercase: true), user, clock.GetUtcNow() + length, length);
        return sessions[session.Id] = session;
    }

    public Session? Find(string id) => sessions.TryGetValue(id, out var session) && session.Expires > clock.GetUtcNow() ? session : null;

    /// <summary>Moves a session's end away when a tenth of its length is over.</summary>
    /// <returns>The longer session; null when it stays as it is.</returns>
    public Session? Prolong(Session session)
    {
        var fresh = session with { Expires = clock.GetUtcNow() + session.Length };
        return fresh.Expires - session.Expires > session.Length / 10 && sessions.TryUpdate(session.Id, fresh, session) ? fresh : null;
    }

    public bool End(string id) => sessions.TryRemove(id, out _);

    public void EndAllOf(string user)
    {
        foreach (var session in sessions.Values.Where(session => session.User == user))
        {
            sessions.TryRemove(session.Id, out _);
        }
    }
}

/// <summary>Someone who is logged in by a cookie.</summary>
internal sealed record Session(string Id, string User, DateTimeOffset Expires, TimeSpan Length);
