using Holdfast;

namespace OrderProcessing;

/// <summary>What somebody ordered.</summary>
internal sealed record Order(string Id, int Cents);

/// <summary>What the bank gave for a payment.</summary>
internal sealed record Receipt(string Order, string Key, int Cents);

/// <summary>What the carrier took.</summary>
internal sealed record Parcel(string Order);

/// <summary>
/// The world outside: a bank, a carrier, a stock, customers. Each call leaves a line in <c>calls.log</c>, so that it
/// can be counted what really happened; bank and carrier remember across restarts, as theirs do.
/// </summary>
internal sealed class Shop(string folder)
{
    private readonly Lock _gate = new();

    internal Task ReserveAsync(Order order, CancellationToken token) => CallAsync($"reserve {order.Id}", token);

    /// <summary>Takes the money once for each key, and gives the same receipt for each repetition.</summary>
    internal async Task<Receipt> PayAsync(Order order, string key, CancellationToken token)
    {
        await CallAsync($"pay {order.Id}", token);
        lock (_gate)
        {
            if (!Lines("payments.log").Contains($"{order.Id} {key} {order.Cents}"))
            {
                Append("payments.log", $"{order.Id} {key} {order.Cents}");
            }
        }

        return new Receipt(order.Id, key, order.Cents);
    }

    /// <summary>Sends a parcel, each time it is called.</summary>
    internal async Task<Parcel> ShipAsync(Order order, CancellationToken token)
    {
        await CallAsync($"ship {order.Id}", token);
        lock (_gate)
        {
            Append("parcels.log", order.Id);
        }

        return new Parcel(order.Id);
    }

    /// <summary>Whether the carrier has a parcel of this order.</summary>
    internal Reconciliation<Parcel> AskCarrier(Order order)
    {
        lock (_gate)
        {
            return Lines("parcels.log").Contains(order.Id)
                ? Reconciliation.Happened(new Parcel(order.Id))
                : Reconciliation.DidNotHappen<Parcel>();
        }
    }

    internal Task TellAsync(Order order, Receipt receipt, CancellationToken token) =>
        CallAsync($"tell {order.Id} {receipt.Cents}", token);

    private async Task CallAsync(string what, CancellationToken token)
    {
        lock (_gate)
        {
            Append("calls.log", what);
        }

        // As long as a quick service takes.
        await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, token);
    }

    private string[] Lines(string name) =>
        File.Exists(Path.Combine(folder, name)) ? File.ReadAllLines(Path.Combine(folder, name)) : [];

    private void Append(string name, string line)
    {
        Directory.CreateDirectory(folder);
        File.AppendAllText(Path.Combine(folder, name), line + "\n");
    }
}
