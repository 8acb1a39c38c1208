using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Extensions;

/// <summary>What <see cref="HoldfastServices.AddHoldfast"/> gives, to add more to it.</summary>
/// <param name="services">The services of the host.</param>
public sealed class HoldfastBuilder(IServiceCollection services)
{
    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; } = services;
}
