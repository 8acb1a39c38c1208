using System.Text.Json.Serialization;

namespace OrderProcessing;

/// <summary>What the steps return, written without reflection.</summary>
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(Parcel))]
internal sealed partial class OrderJson : JsonSerializerContext;
