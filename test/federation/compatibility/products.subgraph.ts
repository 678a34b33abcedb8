import { Arg, ID, Query, Resolver } from 'type-graphql';
import { buildSubgraph, type EntityReference, type Subgraph } from '../../../src/graphql/federation/build-subgraph.js';
import {
  DeprecatedProductType,
  InventoryType,
  ProductType,
  type ProductResearchType,
  type UserType,
} from './products.types.js';

/** The subgraph that Apollo's suite asks each library for, with the data that it expects, made by our own module. */
export function createProductsSubgraph(): Subgraph {
  return buildSubgraph({
    resolvers: [ProductsResolver],
    orphanedTypes: [InventoryType],
    references: {
      Product: findProduct,
      DeprecatedProduct: findDeprecatedProduct,
      ProductResearch: findResearch,
      User: findUser,
      Inventory: findInventory,
    },
    schemaDirectives: [
      '@link(url: "https://myspecs.dev/myCustomDirective/v1.0", import: ["@custom"])',
      '@composeDirective(name: "@custom")',
    ],
    definitions: 'directive @custom on OBJECT',
  });
}

@Resolver()
class ProductsResolver {
  @Query(() => ProductType, { nullable: true })
  product(@Arg('id', () => ID) id: string): ProductType | null {
    return PRODUCTS.find((product) => product.id === id) ?? null;
  }

  @Query(() => DeprecatedProductType, { nullable: true, deprecationReason: 'Use product query instead' })
  deprecatedProduct(
    @Arg('sku', () => String) sku: string,
    @Arg('package', () => String) packageName: string,
  ): DeprecatedProductType | null {
    return findDeprecatedProduct({ __typename: 'DeprecatedProduct', sku, package: packageName });
  }
}

const USER: UserType = {
  averageProductsCreatedPerYear: averagePerYear(1337, 10),
  email: 'support@apollographql.com',
  name: 'Jane Smith',
  totalProductsCreated: 1337,
  yearsOfEmployment: 10,
};

const DEPRECATED_PRODUCT: DeprecatedProductType = {
  sku: 'apollo-federation-v1',
  package: '@apollo/federation-v1',
  reason: 'Migrate to Federation V2',
  createdBy: USER,
};

const FEDERATION_STUDY: ProductResearchType = {
  study: { caseNumber: '1234', description: 'Federation Study' },
  outcome: null,
};
const STUDIO_STUDY: ProductResearchType = { study: { caseNumber: '1235', description: 'Studio Study' }, outcome: null };
const COMMON = { dimensions: { size: 'small', weight: 1, unit: 'kg' }, createdBy: USER, notes: null };

const PRODUCTS: readonly ProductType[] = [
  {
    ...{ id: 'apollo-federation', sku: 'federation', package: '@apollo/federation', variation: { id: 'OSS' } },
    ...{ ...COMMON, research: [FEDERATION_STUDY] },
  },
  {
    ...{ id: 'apollo-studio', sku: 'studio', package: '', variation: { id: 'platform' } },
    ...{ ...COMMON, research: [STUDIO_STUDY] },
  },
];

function findProduct({ id, sku, package: packageName, variation }: EntityReference): ProductType | null {
  const variationId = (variation as { id?: string } | undefined)?.id;
  const isNamed = (product: ProductType): boolean => {
    if (id !== undefined) return product.id === id;
    if (product.sku !== sku) return false;
    return packageName === undefined ? product.variation?.id === variationId : product.package === packageName;
  };
  return PRODUCTS.find(isNamed) ?? null;
}

function findDeprecatedProduct({ sku, package: packageName }: EntityReference): DeprecatedProductType | null {
  const isNamed = sku === DEPRECATED_PRODUCT.sku && packageName === DEPRECATED_PRODUCT.package;
  return isNamed ? { ...DEPRECATED_PRODUCT } : null;
}

function findResearch({ study }: EntityReference): ProductResearchType | null {
  const { caseNumber } = study as { caseNumber: string };
  return [FEDERATION_STUDY, STUDIO_STUDY].find((research) => research.study.caseNumber === caseNumber) ?? null;
}

/** The fields that are required from the users' subgraph come with the reference. */
function findUser({ email, totalProductsCreated, yearsOfEmployment }: EntityReference): Partial<UserType> | null {
  if (email !== USER.email) return null;
  if (typeof totalProductsCreated !== 'number' || typeof yearsOfEmployment !== 'number') return { ...USER };
  return {
    ...USER,
    averageProductsCreatedPerYear: averagePerYear(totalProductsCreated, yearsOfEmployment),
    ...{ totalProductsCreated, yearsOfEmployment },
  };
}

function findInventory({ id }: EntityReference): InventoryType {
  return { id: String(id), deprecatedProducts: id === 'apollo-oss' ? [{ ...DEPRECATED_PRODUCT }] : [] };
}

function averagePerYear(total: number, years: number): number {
  return Math.round(total / years);
}
