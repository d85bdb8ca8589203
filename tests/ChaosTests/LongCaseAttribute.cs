namespace OfflineActions.Tests.Chaos;

/// <summary>
/// A case that takes 25 s and more, even with few requests. <c>./dev test</c> leaves it out: the tests with a broker look at each
/// part of it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongCaseAttribute() : CategoryAttribute("Long");
