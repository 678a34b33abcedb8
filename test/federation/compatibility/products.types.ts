import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';

@ObjectType('CaseStudy')
export class CaseStudyType {
  @Field(() => ID)
  caseNumber!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;
}

@ObjectType('ProductResearch')
@Directive('@key(fields: "study { caseNumber }")')
export class ProductResearchType {
  @Field(() => CaseStudyType)
  study!: CaseStudyType;

  @Field(() => String, { nullable: true })
  outcome!: string | null;
}

@ObjectType('ProductVariation')
export class ProductVariationType {
  @Field(() => ID)
  id!: string;
}

@ObjectType('ProductDimension')
@Directive('@shareable')
export class ProductDimensionType {
  @Field(() => String, { nullable: true })
  size!: string | null;

  @Field(() => Float, { nullable: true })
  weight!: number | null;

  @Field(() => String, { nullable: true })
  @Directive('@inaccessible')
  unit!: string | null;
}

@ObjectType('User')
@Directive('@extends')
@Directive('@key(fields: "email")')
export class UserType {
  @Field(() => Int, { nullable: true })
  @Directive('@requires(fields: "totalProductsCreated yearsOfEmployment")')
  averageProductsCreatedPerYear!: number | null;

  @Field(() => ID)
  @Directive('@external')
  email!: string;

  @Field(() => String, { nullable: true })
  @Directive('@override(from: "users")')
  name!: string | null;

  @Field(() => Int, { nullable: true })
  @Directive('@external')
  totalProductsCreated!: number | null;

  @Field(() => Int)
  @Directive('@external')
  yearsOfEmployment!: number;
}

@ObjectType('Product')
@Directive('@custom')
@Directive('@key(fields: "id")')
@Directive('@key(fields: "sku package")')
@Directive('@key(fields: "sku variation { id }")')
export class ProductType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  sku!: string | null;

  @Field(() => String, { nullable: true })
  package!: string | null;

  @Field(() => ProductVariationType, { nullable: true })
  variation!: ProductVariationType | null;

  @Field(() => ProductDimensionType, { nullable: true })
  dimensions!: ProductDimensionType | null;

  @Field(() => UserType, { nullable: true })
  @Directive('@provides(fields: "totalProductsCreated")')
  createdBy!: UserType | null;

  @Field(() => String, { nullable: true })
  @Directive('@tag(name: "internal")')
  notes!: string | null;

  @Field(() => [ProductResearchType])
  research!: ProductResearchType[];
}

@ObjectType('DeprecatedProduct')
@Directive('@key(fields: "sku package")')
export class DeprecatedProductType {
  @Field(() => String)
  sku!: string;

  @Field(() => String)
  package!: string;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => UserType, { nullable: true })
  createdBy!: UserType | null;
}

@ObjectType('Inventory')
@Directive('@interfaceObject')
@Directive('@key(fields: "id")')
export class InventoryType {
  @Field(() => ID)
  id!: string;

  @Field(() => [DeprecatedProductType])
  deprecatedProducts!: DeprecatedProductType[];
}
