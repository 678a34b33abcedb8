import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';

/** The two subgraphs that the suite brings itself. Their data differ from ours on purpose: it shows who has answered. */
export function createUsersSchema(): GraphQLSchema {
  const user = {
    email: 'support@apollographql.com',
    name: 'Apollo Studio Support',
    totalProductsCreated: 10,
    yearsOfEmployment: 10,
  };
  return buildSubgraphSchema([
    {
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type User @key(fields: "email") {
          email: ID!
          name: String
          totalProductsCreated: Int @shareable
          yearsOfEmployment: Int!
        }`),
      resolvers: {
        User: { __resolveReference: ({ email }: { email: string }) => (email === user.email ? user : null) },
      },
    },
  ]);
}

export function createInventorySchema(): GraphQLSchema {
  return buildSubgraphSchema([
    {
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@requires"])
        extend type Product @key(fields: "id") {
          id: ID! @external
          dimensions: ProductDimension @external
          delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }")
        }
        type ProductDimension @shareable {
          size: String
          weight: Float
        }
        type DeliveryEstimates {
          estimatedDelivery: String
          fastestDelivery: String
        }
        interface Inventory @key(fields: "id") {
          id: ID!
          products: [Product!]!
        }
        type OpenSourceInventory implements Inventory @key(fields: "id") {
          id: ID!
          products: [Product!]!
        }
        type Query {
          inventory(id: ID!): Inventory
        }`),
      resolvers: {
        Query: {
          inventory: (_root: unknown, { id }: { id: string }) =>
            id === 'apollo-oss'
              ? { __typename: 'OpenSourceInventory', id, products: [{ id: 'apollo-federation' }] }
              : null,
        },
        Product: {
          delivery: ({ dimensions }: { dimensions?: { size?: string; weight?: number } }) =>
            dimensions?.size === 'small' && dimensions.weight === 1
              ? { estimatedDelivery: '5/1/2019', fastestDelivery: '5/1/2019' }
              : null,
        },
      },
    },
  ]);
}
