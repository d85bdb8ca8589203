using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>
/// The body of a health endpoint, for people:
/// <c>{"status":"Degraded","checks":[{"name":"catch-up","status":"Degraded","description":"…"}]}</c>.
/// </summary>
/// <param name="Status">The worst status of all checks.</param>
/// <param name="Checks">What each check says.</param>
internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthAnswer.Check> Checks)
{
    public static Task WriteAsync(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(
        new HealthAnswer(
            report.Status.ToString(),
            [.. report.Entries.Select(entry => new Check(entry.Key, entry.Value.Status.ToString(), entry.Value.Description))]),
        http.RequestAborted);

    /// <param name="Name">Its name.</param>
    /// <param name="Status">Healthy, Degraded or Unhealthy.</param>
    /// <param name="Description">Why.</param>
    internal sealed record Check(string Name, string Status, string? Description);
}
