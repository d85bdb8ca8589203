// A container's health check: 0 when the address given answers with success within three seconds, else 1 and why on standard error.
// The services' images have no shell and no curl; the .NET runtime that this needs is there anyway.
using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
try
{
    using var answer = await http.GetAsync(new Uri(args[0]));
    Console.Error.WriteLine((int)answer.StatusCode);
    return answer.IsSuccessStatusCode ? 0 : 1;
}
catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
